"""What AnsibleModule is made of. Nothing here is part of the documented interface."""
