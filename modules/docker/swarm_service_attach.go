package docker

import (
	"encoding/json"
	"net/url"

	"goplay/internal/value"
	"goplay/modules"
)

// attachments are networks, ports, mounts, and files from configs and secrets.
func (s *serviceSpec) attachments(a *serviceArgs) {
	s.add("networks", set, ofTask+"Networks", s.networks(a.Networks))
	s.add("publish", set, "EndpointSpec.Ports", ports(a.Publish))
	s.add("mounts", set, ofContainer+"Mounts", s.mounts(a.Mounts))
	var configs, secrets any
	if a.Configs != nil {
		all := []any{}
		for _, one := range a.Configs {
			all = append(all, object{"ConfigID": s.storedID("configs", one.Name, one.ID), "ConfigName": one.Name, "File": one.file(one.Name)})
		}
		configs = all
	}
	if a.Secrets != nil {
		all := []any{}
		for _, one := range a.Secrets {
			all = append(all, object{"SecretID": s.storedID("secrets", one.Name, one.ID), "SecretName": one.Name, "File": one.file(one.Name)})
		}
		secrets = all
	}
	s.add("configs", set, ofContainer+"Configs", configs)
	s.add("secrets", set, ofContainer+"Secrets", secrets)
}

func (s *serviceSpec) networks(list []any) any {
	if list == nil {
		return nil
	}
	all := []any{}
	for _, one := range list {
		d, isDict := one.(*value.Dict)
		if !isDict {
			all = append(all, object{"Target": s.networkID(value.Str(one))})
			continue
		}
		o := object{}
		for k, v := range d.All() {
			switch option := value.Str(k); option {
			case "name":
				o["Target"] = s.networkID(value.Str(v))
			case "aliases":
				o["Aliases"] = plainItems(v)
			case "options":
				if options, ok := v.(*value.Dict); ok {
					o["DriverOpts"] = texts(options)
				}
			default:
				s.fail(modules.Fail("%s are not valid options for networks. Valid options are: aliases, name, options", option))
			}
		}
		if o["Target"] == nil {
			s.fail(modules.Fail("\"name\" is required when networks are passed as dictionaries."))
		}
		all = append(all, o)
	}
	return all
}

func plainItems(v any) []any {
	out := []any{}
	if l, ok := v.(*value.List); ok {
		for _, item := range l.Items {
			out = append(out, value.Str(item))
		}
	}
	return out
}

func ports(list []servicePort) any {
	if list == nil {
		return nil
	}
	all := []any{}
	for _, p := range list {
		o := object{"TargetPort": p.Target, "Protocol": p.Protocol}
		if p.Published != nil {
			o["PublishedPort"] = *p.Published
		}
		if p.Mode != nil {
			o["PublishMode"] = *p.Mode
		}
		all = append(all, o)
	}
	return all
}

func (s *serviceSpec) mounts(list []serviceMount) any {
	if list == nil {
		return nil
	}
	all := []any{}
	for _, m := range list {
		if m.Source == nil && m.Type != "tmpfs" {
			s.fail(modules.Fail("Source must be specified for mounts which are not of type tmpfs"))
		}
		o := object{"Target": m.Target, "Type": m.Type, "ReadOnly": m.ReadOnly != nil && *m.ReadOnly}
		if m.Source != nil {
			o["Source"] = *m.Source
		}
		for name, v := range map[string]any{"BindOptions.Propagation": valueOf(m.Propagation), "VolumeOptions.NoCopy": valueOf(m.NoCopy),
			"TmpfsOptions.Mode": valueOf(m.TmpfsMode), "TmpfsOptions.SizeBytes": s.size(m.TmpfsSize)} {
			if v != nil {
				put(o, name, v)
			}
		}
		if m.Labels != nil {
			put(o, "VolumeOptions.Labels", texts(m.Labels))
		}
		if d := m.Driver; d != nil {
			if d.Name != nil {
				put(o, "VolumeOptions.DriverConfig.Name", *d.Name)
			}
			if d.Options != nil {
				put(o, "VolumeOptions.DriverConfig.Options", texts(d.Options))
			}
		}
		all = append(all, o)
	}
	return all
}

func (s *serviceSpec) size(text *string) any {
	if text == nil {
		return nil
	}
	n, err := sizeOf("tmpfs_size", *text)
	s.fail(err)
	return n
}

// file is how a container sees a config or secret; docker's own defaults.
func (f *serviceFile) file(name string) object {
	o := object{"Name": name, "UID": "0", "GID": "0", "Mode": int64(0o444)}
	for key, v := range map[string]any{"Name": valueOf(f.Filename), "UID": valueOf(f.UID), "GID": valueOf(f.GID), "Mode": valueOf(f.Mode)} {
		if v != nil {
			o[key] = v
		}
	}
	return o
}

// storedID looks a config or secret up by its name.
func (s *serviceSpec) storedID(kind, name string, id *string) any {
	if id != nil {
		return *id
	}
	filter, _ := json.Marshal(object{"name": []string{name}})
	found, err := s.e.list(s.c, "/"+kind, url.Values{"filters": {string(filter)}})
	s.fail(err)
	for _, one := range found { // the filter takes beginnings of names
		if textAt(one, "Spec.Name") == name {
			return one["ID"]
		}
	}
	s.fail(modules.Fail("Could not find a %s named: \"%s\"", kind[:len(kind)-1], name))
	return nil
}
