package network

import (
	"bytes"
	"net"
	"testing"
	"time"

	mt "goplay/modules/modulestest"
)

func TestWakeOnLANPacket(t *testing.T) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	c := mt.Case{Name: "packet", Module: "community.general.wakeonlan", Args: mt.Args{"mac": "00-00-5E-00-53-66", "broadcast": "127.0.0.1", "port": conn.LocalAddr().(*net.UDPAddr).Port}}
	if r := c.Run(t, t.TempDir(), false); r.Failed || !r.Changed {
		t.Fatalf("changed=%v %s", r.Changed, r.Msg)
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	got := make([]byte, 200)
	n, err := conn.Read(got)
	want := append(bytes.Repeat([]byte{0xff}, 6), bytes.Repeat([]byte{0, 0, 0x5e, 0, 0x53, 0x66}, 20)...)
	if err != nil || !bytes.Equal(got[:n], want) {
		t.Errorf("%v: the packet is %x", err, got[:n])
	}
}
