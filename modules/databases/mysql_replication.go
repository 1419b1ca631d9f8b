package databases

import (
	"fmt"
	"strconv"
	"strings"

	"goplay/internal/lazy"
	"goplay/internal/value"
	"goplay/modules"
)

type mysqlReplicationArgs struct {
	Mode            string  `arg:"mode" enum:"getprimary,getreplica,changeprimary,stopreplica,startreplica,resetprimary,resetreplica,resetreplicaall" default:"getreplica" doc:"What to do: tell how this server stands as a primary or replica, name the replica's primary, start, stop or reset."`
	Host            *string `arg:"primary_host" alias:"master_host" doc:"Host of the primary."`
	PrimaryUser     *string `arg:"primary_user" alias:"master_user" doc:"User to log in to the primary as."`
	PrimaryPassword *string `arg:"primary_password,secret" alias:"master_password" doc:"That user's password."`
	PrimaryPort     *int    `arg:"primary_port" alias:"master_port" doc:"Port of the primary."`
	ConnectRetry    *int    `arg:"primary_connect_retry" alias:"master_connect_retry" doc:"Seconds between tries to connect."`
	LogFile         *string `arg:"primary_log_file" alias:"master_log_file" doc:"File of the primary's binary log to begin with."`
	LogPos          *int    `arg:"primary_log_pos" alias:"master_log_pos" doc:"Position in that file."`
	Delay           *int    `arg:"primary_delay" alias:"master_delay" doc:"Seconds that the replica stays behind."`
	RelayLogFile    *string `arg:"relay_log_file" doc:"File of the relay log to begin with."`
	RelayLogPos     *int    `arg:"relay_log_pos" doc:"Position in that file."`
	SSL             *bool   `arg:"primary_ssl" alias:"master_ssl" doc:"Whether the connection has to be encrypted."`
	SSLCA           *string `arg:"primary_ssl_ca" alias:"master_ssl_ca" doc:"File with the certificates that the primary's is checked with."`
	SSLCAPath       *string `arg:"primary_ssl_capath" alias:"master_ssl_capath" doc:"Folder with such certificates."`
	SSLCert         *string `arg:"primary_ssl_cert" alias:"master_ssl_cert" doc:"The replica's certificate."`
	SSLKey          *string `arg:"primary_ssl_key" alias:"master_ssl_key" doc:"The key of the replica's certificate."`
	SSLCipher       *string `arg:"primary_ssl_cipher" alias:"master_ssl_cipher" doc:"Ciphers to allow, by colons."`
	SSLVerify       bool    `arg:"primary_ssl_verify_server_cert" default:"false" doc:"Check that the certificate is the primary's."`
	AutoPosition    bool    `arg:"primary_auto_position" alias:"master_auto_position" default:"false" doc:"Find the position by GTID (MySQL)."`
	UseGTID         *string `arg:"primary_use_gtid" enum:"current_pos,replica_pos,disabled" alias:"master_use_gtid" doc:"How the position is found by GTID (MariaDB)."`
	Connection      string  `arg:"connection_name" doc:"Name of the connection, for several primaries (MariaDB)."`
	Channel         string  `arg:"channel" doc:"Channel, for several primaries (MySQL)."`
	FailOnError     bool    `arg:"fail_on_error" default:"false" doc:"Fail when the server refuses to start, stop or reset; otherwise that is no change."`
	mysqlLogin
}

type mysqlReplicationResult struct {
	Changed   bool        `json:"changed" doc:"Whether the server was told something."`
	Msg       string      `json:"msg,omitempty" doc:"What was done, or that the server is no primary or replica."`
	Queries   []string    `json:"queries" doc:"Statements that were run, the password covered."`
	IsPrimary *bool       `json:"Is_Primary,omitempty" doc:"With getprimary, whether the server writes a binary log. The columns of its status stand beside it."`
	IsReplica *bool       `json:"Is_Replica,omitempty" doc:"With getreplica, whether the server has a primary. The columns of its status stand beside it."`
	status    *value.Dict // the columns of SHOW ... STATUS
}

// Values adds the columns of a server's status to the result.
func (r mysqlReplicationResult) Values() *value.Dict {
	type plain mysqlReplicationResult
	out := value.NewDict()
	out.Update(r.status)
	out.Update(value.Of(plain(r)).(*value.Dict))
	return out
}

func init() {
	modules.Register(modules.Spec{
		Name: "community.mysql.mysql_replication", Aliases: []string{"ansible.mysql.mysql_replication"}, Summary: "Tell, set up, start and stop the replication of MySQL and MariaDB",
		Exclusive: [][]string{{"connection_name", "channel"}},
		Example: `- name: Follow the primary
  community.mysql.mysql_replication:
    mode: changeprimary
    primary_host: db1.example.com
    primary_user: replication
    primary_password: "{{ replication_password }}"
    primary_log_file: mysql-bin.000009
    primary_log_pos: 4578
`,
		Differs: []string{
			"Under check mode what would be told to the server is predicted; Ansible's module is skipped.",
			"primary_ssl_verify_server_cert says MASTER_SSL_VERIFY_SERVER_CERT on servers that know that name alone; Ansible's fails there.",
			"A server that has no statement RESET MASTER, SHOW MASTER STATUS or CHANGE MASTER any more (MySQL 8.4) is told what these are called now.",
		},
	}, mysqlReplication)
}

// words are what a server calls the parts of replication.
type words struct {
	replica           string // REPLICA or SLAVE
	change, option    string // CHANGE MASTER and the beginning of its options
	status, reset     string
	gtidPos, verified string
}

func (s *server) replicationWords() (words, error) {
	text, _, err := s.text("SELECT VERSION()")
	if err != nil {
		return words{}, err
	}
	w := words{replica: "REPLICA", change: "CHANGE MASTER", option: "MASTER", status: "SHOW MASTER STATUS", reset: "RESET MASTER", gtidPos: "replica_pos", verified: "MASTER_SSL_VERIFY_SERVER_CERT"}
	maria := strings.Contains(strings.ToLower(text), "mariadb")
	if maria && versionBefore(text, 10, 5, 1) || !maria && versionBefore(text, 8, 0, 22) {
		w.replica, w.gtidPos = "SLAVE", "slave_pos"
	}
	if !maria && !versionBefore(text, 8, 4, 0) {
		w.change, w.option, w.status, w.reset = "CHANGE REPLICATION SOURCE", "SOURCE", "SHOW BINARY LOG STATUS", "RESET BINARY LOGS AND GTIDS"
		w.verified = "SOURCE_SSL_VERIFY_SERVER_CERT"
	}
	return w, nil
}

var versionNumbers = lazy.Regexp(`\d+`)

// versionBefore compares the beginning of a server's version.
func versionBefore(text string, than ...int) bool {
	have := versionNumbers.FindAllString(text, len(than))
	for i, want := range than {
		if i >= len(have) {
			return true
		}
		if n, _ := strconv.Atoi(have[i]); n != want {
			return n < want
		}
	}
	return false
}

func mysqlReplication(c *modules.Context, a mysqlReplicationArgs) (mysqlReplicationResult, error) {
	r := mysqlReplicationResult{Queries: []string{}}
	s, err := a.connectSaying(c, "")
	if err != nil {
		return r, err
	}
	defer s.Close()
	w, err := s.replicationWords()
	if err != nil {
		return r, err
	}
	switch a.Mode {
	case "getprimary", "getreplica":
		return r, r.tell(s, a, w)
	case "changeprimary":
		return r, r.changePrimary(s, a, w)
	}
	return r, r.command(s, a, w)
}

func (r *mysqlReplicationResult) tell(s *server, a mysqlReplicationArgs, w words) error {
	query, none := w.status, "Server is not configured as mysql primary"
	if a.Mode == "getreplica" {
		query, none = "SHOW "+w.replica+a.named()+" STATUS"+a.onChannel(), "Server is not configured as mysql replica"
	}
	rows, err := s.dicts(query, nil, mysqlValue)
	if err != nil {
		return err
	}
	there := len(rows.Items) > 0
	if there {
		r.status = rows.Items[0].(*value.Dict)
	} else {
		r.Msg = none
	}
	if a.Mode == "getprimary" {
		r.IsPrimary = &there
	} else {
		r.IsReplica = &there
	}
	return nil
}

func (a mysqlReplicationArgs) named() string {
	return when(a.Connection != "", " "+literal(a.Connection))
}

func (a mysqlReplicationArgs) onChannel() string {
	return when(a.Channel != "", " FOR CHANNEL "+literal(a.Channel))
}

// command starts, stops or resets. A server that refuses has not changed.
func (r *mysqlReplicationResult) command(s *server, a mysqlReplicationArgs, w words) error {
	var query, done, undone, failed string
	switch a.Mode {
	case "startreplica":
		query, done, undone, failed = "START "+w.replica+a.named()+a.onChannel(), "Replica started ", "Replica already started (Or cannot be started)", "START REPLICA"
	case "stopreplica":
		query, done, undone, failed = "STOP "+w.replica+a.named()+a.onChannel(), "Replica stopped", "Replica already stopped", "STOP REPLICA"
	case "resetprimary":
		query, done, undone, failed = w.reset, "Primary reset", "Primary already reset", "RESET MASTER"
	case "resetreplica":
		query, done, undone, failed = "RESET "+w.replica+a.named()+a.onChannel(), "Replica reset", "Replica already reset", "RESET REPLICA"
	case "resetreplicaall":
		query, done, undone, failed = "RESET "+w.replica+a.named()+" ALL"+a.onChannel(), "Replica reset", "Replica already reset", "RESET REPLICA ALL"
	}
	err := s.change(query)
	if err != nil && a.FailOnError {
		return modules.Fail("%s failed: %w", failed, err)
	}
	r.Queries = append(r.Queries, query)
	r.Changed, r.Msg = err == nil, done
	if err != nil {
		r.Msg = undone
	}
	return nil
}

func (r *mysqlReplicationResult) changePrimary(s *server, a mysqlReplicationArgs, w words) error {
	head, tail := w.change+a.named()+" TO ", a.onChannel()
	shown := a
	if a.PrimaryPassword != nil {
		covered := "********"
		shown.PrimaryPassword = &covered
	}
	r.Queries = append(r.Queries, head+strings.Join(shown.settings(w), ",")+tail)
	if err := s.change(head + strings.Join(a.settings(w), ",") + tail); err != nil {
		return modules.Fail("%w. Query == CHANGE MASTER TO %s", err, value.Repr(value.Strings(shown.settings(w))))
	}
	r.Changed = true
	return nil
}

// settings are the options that name the primary and how to follow it.
func (a mysqlReplicationArgs) settings(w words) []string {
	var out []string
	text := func(name string, v *string) {
		if v != nil {
			out = append(out, name+"="+literal(*v))
		}
	}
	number := func(name string, v *int) {
		if v != nil {
			out = append(out, fmt.Sprintf("%s=%d", name, *v))
		}
	}
	on := w.option
	text(on+"_HOST", a.Host)
	text(on+"_USER", a.PrimaryUser)
	text(on+"_PASSWORD", a.PrimaryPassword)
	number(on+"_PORT", a.PrimaryPort)
	number(on+"_CONNECT_RETRY", a.ConnectRetry)
	text(on+"_LOG_FILE", a.LogFile)
	number(on+"_LOG_POS", a.LogPos)
	number(on+"_DELAY", a.Delay)
	text("RELAY_LOG_FILE", a.RelayLogFile)
	number("RELAY_LOG_POS", a.RelayLogPos)
	if a.SSL != nil {
		out = append(out, on+"_SSL="+map[bool]string{true: "1", false: "0"}[*a.SSL])
	}
	text(on+"_SSL_CA", a.SSLCA)
	text(on+"_SSL_CAPATH", a.SSLCAPath)
	text(on+"_SSL_CERT", a.SSLCert)
	text(on+"_SSL_KEY", a.SSLKey)
	text(on+"_SSL_CIPHER", a.SSLCipher)
	if a.SSLVerify {
		out = append(out, w.verified+"=1")
	}
	if a.AutoPosition {
		out = append(out, on+"_AUTO_POSITION=1")
	}
	if a.UseGTID != nil {
		out = append(out, on+"_USE_GTID="+map[string]string{"disabled": "no", "replica_pos": w.gtidPos, "current_pos": "current_pos"}[*a.UseGTID])
	}
	return out
}
