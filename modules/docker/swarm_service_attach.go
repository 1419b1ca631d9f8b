package docker

import (
	"encoding/json"
	"net/url"
	"strings"

	"goplay/internal/value"
	"goplay/modules"
)

// files are those that configs and secrets of the swarm are seen as.
func (s *serviceSpec) files(a *serviceArgs) error {
	var secrets, configs, told []any
	for _, one := range a.Secrets {
		id, err := s.storedID("secret", one.Name, one.ID)
		if err != nil {
			return err
		}
		secrets = append(secrets, object{"SecretID": id, "SecretName": one.Name, "File": one.file(one.Name)})
		told = append(told, one.told("secret", one.Name, id))
	}
	s.list("secrets", ofContainer+"Secrets", a.Secrets != nil, secrets, told)
	told = nil
	for _, one := range a.Configs {
		id, err := s.storedID("config", one.Name, one.ID)
		if err != nil {
			return err
		}
		configs = append(configs, object{"ConfigID": id, "ConfigName": one.Name, "File": one.file(one.Name)})
		told = append(told, one.told("config", one.Name, id))
	}
	s.list("configs", ofContainer+"Configs", a.Configs != nil, configs, told)
	return nil
}

// list adds a list, which may be given and empty.
func (s *serviceSpec) list(name, api string, given bool, want, fact []any) {
	switch {
	case !given:
		s.add(name, api, nil)
	case len(want) == 0:
		s.add(name, api, []any{})
	default:
		s.told(name, api, want, fact)
	}
}

// told is what results say of a file: what the task does.
func (f *serviceFile) told(kind, name string, id any) object {
	o := object{kind + "_id": id, kind + "_name": name, "filename": name, "uid": valueOf(f.UID), "gid": valueOf(f.GID), "mode": valueOf(f.Mode)}
	if f.Filename != nil && *f.Filename != "" {
		o["filename"] = *f.Filename
	}
	return o
}

// file is how a container sees a config or secret; docker's own defaults.
func (f *serviceFile) file(name string) object {
	o := object{"Name": name, "UID": "0", "GID": "0", "Mode": int64(0o444)}
	for key, v := range map[string]any{"Name": valueOf(f.Filename), "UID": valueOf(f.UID), "GID": valueOf(f.GID), "Mode": valueOf(f.Mode)} {
		if !nothing(v) {
			o[key] = v
		}
	}
	return o
}

// storedID looks a config or secret up by its name.
func (s *serviceSpec) storedID(kind, name string, id *string) (any, error) {
	if id != nil {
		return *id, nil
	}
	filter, _ := json.Marshal(object{"name": []string{name}})
	found, err := s.e.list(s.c, "/"+kind+"s", url.Values{"filters": {string(filter)}})
	if err != nil {
		return nil, modules.Fail("Error parsing module parameters: %w", err)
	}
	for _, one := range found { // the filter takes beginnings of names
		if textAt(one, "Spec.Name") == name {
			return one["ID"], nil
		}
	}
	return nil, modules.Fail("Could not find a %s named \"%s\"", kind, name)
}

func (s *serviceSpec) networks(list []any) {
	var want, told []any
	for _, one := range list {
		network, fact := s.network(one)
		want, told = append(want, network), append(told, fact)
	}
	s.list("networks", ofTask+"Networks", list != nil, want, told)
}

func (s *serviceSpec) network(given any) (network, fact object) {
	if isText(given) {
		id := s.networkID(value.Str(given))
		return object{"Target": id}, object{"id": id}
	}
	d, ok := given.(*value.Dict)
	if !ok {
		s.fail(modules.Fail("Only a list of strings or dictionaries are allowed to be passed as networks."))
		return nil, nil
	}
	network, fact = object{}, object{}
	name, named := d.Get("name")
	if !named {
		s.fail(modules.Fail("\"name\" is required when networks are passed as dictionaries."))
	}
	if v, _ := d.Get("aliases"); v != nil {
		aliases, ok := v.(*value.List)
		if !ok {
			s.fail(modules.Fail("\"aliases\" network option is only allowed as a list"))
			return nil, nil
		}
		for _, alias := range aliases.Items {
			if !isText(alias) {
				s.fail(modules.Fail("Only strings are allowed as network aliases."))
			}
		}
		network["Aliases"] = plainItems(aliases)
		fact["aliases"] = network["Aliases"]
	}
	if v, _ := d.Get("options"); v != nil {
		options, ok := v.(*value.Dict)
		if !ok {
			s.fail(modules.Fail("Only dict is allowed as network options."))
			return nil, nil
		}
		network["DriverOpts"] = goTexts(options)
		fact["options"] = network["DriverOpts"]
	}
	var unknown []string
	for _, k := range d.Keys() {
		if k != "name" && k != "aliases" && k != "options" {
			unknown = append(unknown, value.Str(k))
		}
	}
	if unknown != nil {
		s.fail(modules.Fail("%s are not valid keys for the networks option", strings.Join(unknown, ", ")))
	}
	if s.err != nil {
		return nil, nil
	}
	network["Target"] = s.networkID(value.Str(name))
	fact["id"] = network["Target"]
	return network, fact
}

// goTexts writes a dict's values as texts, booleans as the engine has them.
func goTexts(d *value.Dict) object {
	o := texts(d)
	for k, v := range d.All() {
		if b, ok := v.(bool); ok {
			o[value.Str(k)] = map[bool]string{true: "true", false: "false"}[b]
		}
	}
	return o
}

func plainItems(l *value.List) []any {
	out := []any{}
	for _, item := range l.Items {
		out = append(out, value.Str(item))
	}
	return out
}

func (s *serviceSpec) ports(list []servicePort) {
	var want, told []any
	for _, p := range list {
		o := object{"TargetPort": p.Target, "Protocol": p.Protocol}
		if p.Published != nil && *p.Published != 0 {
			o["PublishedPort"] = *p.Published
		}
		if p.Mode != nil {
			o["PublishMode"] = *p.Mode
		}
		want = append(want, o)
		told = append(told, object{"target_port": p.Target, "protocol": p.Protocol, "published_port": valueOf(p.Published), "mode": valueOf(p.Mode)})
	}
	s.list("publish", "EndpointSpec.Ports", list != nil, want, told)
}

func (s *serviceSpec) mounts(list []serviceMount) {
	var want, told []any
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
			put(o, "VolumeOptions.Labels", asGiven(m.Labels))
		}
		var driver any
		if d := m.Driver; d != nil {
			config := object{"name": valueOf(d.Name), "options": nil}
			if d.Name != nil {
				put(o, "VolumeOptions.DriverConfig.Name", *d.Name)
			}
			if d.Options != nil {
				config["options"] = asGiven(d.Options)
				put(o, "VolumeOptions.DriverConfig.Options", config["options"])
			}
			driver = config
		}
		want = append(want, o)
		fact := mountFacts(o)
		fact["readonly"], fact["driver_config"] = valueOf(m.ReadOnly), driver
		told = append(told, fact)
	}
	s.list("mounts", ofContainer+"Mounts", list != nil, want, told)
}

func (s *serviceSpec) size(text *string) any {
	if text == nil {
		return nil
	}
	n, err := sizeOf("tmpfs_size", *text)
	s.fail(err)
	return n
}
