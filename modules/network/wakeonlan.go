package network

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"

	"goplay/modules"
)

type wakeArgs struct {
	MAC       string `arg:"mac,required" doc:"The machine's hardware address."`
	Broadcast string `arg:"broadcast" default:"255.255.255.255" doc:"Where the packet goes: an address or name, mostly that which all in a network hear."`
	Port      int    `arg:"port" default:"7" doc:"UDP port; cards mostly do not look at it."`
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.general.wakeonlan", Summary: "Wake a machine by a packet to its network card",
		Example: "- name: The backup server wakes up\n  community.general.wakeonlan:\n    mac: 00:00:5E:00:53:66\n    broadcast: 192.0.2.23\n  delegate_to: localhost\n",
		Notes:   []string{"Whether the machine wakes up is not known, so that the task always changes something."},
	}, wake)
}

func wake(c *modules.Context, a wakeArgs) (struct{}, error) {
	digits := a.MAC
	if len(digits) == 12+5 {
		digits = strings.ReplaceAll(digits, digits[2:3], "")
	}
	if len(digits) != 12 {
		return struct{}{}, modules.Fail("Incorrect MAC address length: %s", a.MAC)
	}
	card, err := hex.DecodeString(digits)
	if err != nil {
		return struct{}{}, modules.Fail("Incorrect MAC address format: %s", a.MAC)
	}
	packet := append(bytes.Repeat([]byte{0xff}, 6), bytes.Repeat(card, 20)...)
	return struct{}{}, c.Change(modules.Diff{}, func() error {
		conn, err := net.Dial("udp4", net.JoinHostPort(a.Broadcast, fmt.Sprint(a.Port)))
		var unknown *net.DNSError
		switch {
		case errors.As(err, &unknown):
			return modules.Fail("[Errno -2] Name or service not known")
		case err != nil:
			return modules.Fail("reach %s: %w", a.Broadcast, err)
		}
		defer conn.Close()
		if _, err := conn.Write(packet); err != nil {
			return modules.Fail("send the packet to %s: %w", a.Broadcast, err)
		}
		return nil
	})
}
