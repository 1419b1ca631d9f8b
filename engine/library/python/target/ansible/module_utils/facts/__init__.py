"""The part of the facts' helpers that modules import."""
