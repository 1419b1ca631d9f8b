package remote

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/pkg/sftp"
)

// bySFTP reports whether the agent goes to the host as a file of its own: where
// transfer_method asks for that. The channel of the script that takes the agent
// costs fewer round trips and needs no SFTP, so that it is the usual way; it is
// the only one for another user's agent, whose folder the login cannot write to.
func (st *starting) bySFTP() bool {
	_, ssh := st.conn.(*sshConn)
	return ssh && st.become == nil && st.h.target.TransferMethod == "sftp"
}

// upload puts the packed agent into a new file, which it leaves to the script
// that waits for it.
func (st *starting) upload(ctx context.Context, bin *Binary, packing, path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("put the agent on the host by SFTP, as transfer_method asks: %w", err)
		}
	}()
	s, err := st.conn.(*sshConn).session(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.RequestSubsystem("sftp"); err != nil {
		return fmt.Errorf("the host has no SFTP (%s): set transfer_method to smart", strings.TrimPrefix(err.Error(), "ssh: "))
	}
	in, err := s.StdinPipe()
	if err != nil {
		return err
	}
	out, err := s.StdoutPipe()
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer stop()
	client, err := sftp.NewClientPipe(out, in, sftp.UseConcurrentWrites(true))
	if err != nil {
		return err
	}
	defer client.Close()
	file, err := client.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	if err != nil {
		return err
	}
	r, w := io.Pipe()
	go func() { w.CloseWithError(bin.copyTo(w, packing)) }()
	_, err = file.ReadFrom(r)
	_ = r.Close()
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}
