//go:build !linux

package facts

import "net/netip"

func interfaceLabels() map[netip.Addr]label { return nil }
