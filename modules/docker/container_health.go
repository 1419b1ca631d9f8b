package docker

import "goplay/internal/value"

// wantHealthcheck sends NONE, which switches checks off, where nothing else is said.
func wantHealthcheck(p *plan) (any, error) {
	h := p.args.HealthCheck
	if h == nil {
		return nil, nil
	}
	o := object{}
	switch test := h.Test.(type) {
	case *value.List:
		parts := []any{}
		for _, item := range test.Items {
			parts = append(parts, value.Str(item))
		}
		o["Test"] = parts
	case nil:
	default:
		o["Test"] = []any{"CMD-SHELL", value.Str(test)}
	}
	if len(items(o["Test"])) == 0 && !h.TestCLICompatible {
		return object{"Test": []any{"NONE"}}, nil
	}
	for name, text := range map[string]*string{"Interval": h.Interval, "Timeout": h.Timeout, "StartPeriod": h.StartPeriod, "StartInterval": h.StartInterval} {
		if text == nil {
			continue
		}
		n, err := nanoseconds(*text)
		if err != nil {
			return nil, err
		}
		o[name] = n
	}
	if h.Retries != nil {
		o["Retries"] = *h.Retries
	}
	return o, nil
}
