package accounts

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"goplay/internal/value"
	"goplay/modules"
)

type userArgs struct {
	Name           string   `arg:"name,required" alias:"user" doc:"Name of the user."`
	State          string   `arg:"state" enum:"absent,present" default:"present" doc:"Whether the user is to be there."`
	UID            *int     `arg:"uid" doc:"Number of the user."`
	NonUnique      bool     `arg:"non_unique" default:"false" doc:"Allow a uid that another user has."`
	SEUser         *string  `arg:"seuser" doc:"SELinux user of the login."`
	Comment        *string  `arg:"comment" doc:"The user's full name or what the user is for."`
	Group          *string  `arg:"group" doc:"The user's own group, which has to exist."`
	Groups         []string `arg:"groups" doc:"Further groups, which have to exist; an empty text means none. Others are left unless append."`
	Append         bool     `arg:"append" default:"false" doc:"Add to groups and leave no group."`
	Home           *string  `arg:"home" type:"path" doc:"The home folder."`
	MoveHome       bool     `arg:"move_home" default:"false" doc:"Move the old home folder to home."`
	CreateHome     bool     `arg:"create_home" alias:"createhome" default:"true" doc:"Make the home folder where it is missing."`
	Skeleton       *string  `arg:"skeleton" doc:"Folder whose content a new home gets."`
	Shell          *string  `arg:"shell" doc:"The login shell."`
	Password       *string  `arg:"password,secret" doc:"The password as a crypt(3) hash; a single ! or * disables it."`
	UpdatePassword string   `arg:"update_password" enum:"always,on_create" default:"always" doc:"Set the password whenever it differs, or for new users only."`
	PasswordLock   *bool    `arg:"password_lock" doc:"Lock or unlock the password, which keeps its hash."`
	PasswordMax    *int     `arg:"password_expire_max" doc:"Days after which the password has to be changed."`
	PasswordMin    *int     `arg:"password_expire_min" doc:"Days that have to pass between changes of the password."`
	PasswordWarn   *int     `arg:"password_expire_warn" doc:"Days before the password ends in which the user is told so."`
	Expires        *float64 `arg:"expires" doc:"When the account ends, in seconds since 1970; a negative number means never."`
	System         bool     `arg:"system" default:"false" doc:"Make a new user a system user."`
	Force          bool     `arg:"force" default:"false" doc:"With state=absent remove also what is in use; with generate_ssh_key make a new key over an old one."`
	Remove         bool     `arg:"remove" default:"false" doc:"With state=absent remove the home folder too."`
	GenerateKey    bool     `arg:"generate_ssh_key" default:"false" doc:"Make an SSH key for the user where there is none."`
	KeyBits        *int     `arg:"ssh_key_bits" doc:"Size of the SSH key; the default is that of ssh-keygen."`
	KeyType        string   `arg:"ssh_key_type" default:"rsa" doc:"Kind of the SSH key: rsa, ecdsa or ed25519."`
	KeyFile        *string  `arg:"ssh_key_file" type:"path" doc:"File of the SSH key, relative to the home; .ssh/id_TYPE without it."`
	KeyComment     *string  `arg:"ssh_key_comment" doc:"Comment of the SSH key; the default is ansible-generated on the host's name."`
	KeyPassphrase  *string  `arg:"ssh_key_passphrase,secret" doc:"Passphrase of the SSH key."`
	Local          bool     `arg:"local" default:"false" doc:"Look at and change the local files only, through libuser's tools, where a directory also gives users."`
	Umask          *string  `arg:"umask" doc:"Umask for a new home folder."`
	Hidden         *bool    `arg:"hidden" doc:"For macOS; has no effect on Linux."`
	LoginClass     *string  `arg:"login_class" doc:"For BSD; has no effect on Linux."`
	Profile        *string  `arg:"profile" doc:"For Solaris; has no effect on Linux."`
	Role           *string  `arg:"role" doc:"For Solaris; has no effect on Linux."`
	Authorization  *string  `arg:"authorization" doc:"For Solaris; has no effect on Linux."`
}

type userResult struct {
	Name           string  `json:"name,omitempty" doc:"Name of the user."`
	State          string  `json:"state,omitempty" doc:"Whether the user is to be there."`
	UID            *int    `json:"uid,omitempty" doc:"Number of the user."`
	Group          *int    `json:"group,omitempty" doc:"Number of the user's own group."`
	Groups         *string `json:"groups,omitempty" doc:"The further groups that were asked for, with commas between."`
	Append         *bool   `json:"append,omitempty" doc:"Whether groups were added only."`
	Comment        *string `json:"comment,omitempty" doc:"The user's comment."`
	Home           *string `json:"home,omitempty" doc:"The home folder."`
	Shell          *string `json:"shell,omitempty" doc:"The login shell."`
	CreateHome     *bool   `json:"create_home,omitempty" doc:"Whether a new user's home was to be made."`
	MoveHome       *bool   `json:"move_home,omitempty" doc:"Whether the home was to be moved."`
	System         *bool   `json:"system,omitempty" doc:"Whether a new user was to be a system user."`
	Force          *bool   `json:"force,omitempty" doc:"Whether removing was forced."`
	Remove         *bool   `json:"remove,omitempty" doc:"Whether the home was removed too."`
	Password       string  `json:"password,omitempty" doc:"A stand-in for the password, when one was given."`
	KeyFile        string  `json:"ssh_key_file,omitempty" doc:"File of the user's SSH key."`
	KeyFingerprint *string `json:"ssh_fingerprint,omitempty" doc:"Fingerprint of the SSH key."`
	PublicKey      any     `json:"ssh_public_key,omitempty" doc:"The public half of the SSH key."`
	ran
}

// Invoked shows what was not given as Ansible's module does.
func (a *userArgs) Invoked(shown *value.Dict) {
	for name, given := range map[string]bool{"generate_ssh_key": a.GenerateKey, "local": a.Local} {
		if !given {
			shown.Set(name, nil)
		}
	}
	if a.KeyBits == nil {
		shown.Set("ssh_key_bits", int64(0))
	}
	if a.KeyComment == nil {
		host, _ := os.Hostname()
		shown.Set("ssh_key_comment", "ansible-generated on "+host)
	}
}

func init() {
	modules.Register(modules.Spec{
		Name:    "ansible.builtin.user",
		Summary: "Make, change and remove users",
		Example: `- name: A user for the application, who may use containers
  ansible.builtin.user:
    name: app
    groups: docker
    append: true
    shell: /bin/bash

- name: Gone, with the home folder
  ansible.builtin.user:
    name: formerapp
    state: absent
    remove: true
`,
		Notes:   []string{"The password is a hash: {{ 'secret' | password_hash('sha512') }}."},
		Differs: []string{"SSH keys are made without ssh-keygen.", "Only Linux is supported, with the shadow tools or busybox."},
	}, manageUser)
}

// userJob is one run of the module.
type userJob struct {
	userArgs
	c      *modules.Context
	r      userResult
	have   []string // the user's line in the database, nil if there is none
	shadow shadow
}

func manageUser(c *modules.Context, a userArgs) (userResult, error) {
	j := &userJob{userArgs: a, c: c}
	if a.Groups == nil && a.Append {
		c.Warn("'append' is set, but no 'groups' are specified. Use 'groups' for appending new groups.This will change to an error in Ansible 2.14.")
	}
	if j.look(); a.Local && j.have == nil {
		c.Warn("'local: true' specified and user '%s' was not found in /etc/passwd. The local user account may already exist if the local account database exists somewhere other than /etc/passwd.", a.Name)
	}
	j.checkPassword()
	if a.State == "absent" {
		return j.remove()
	}
	created := j.have == nil
	change := j.modify
	if created {
		change = j.create
	} else if err := j.checkGroups(); err != nil {
		return userResult{}, err
	}
	if err := change(); err != nil {
		return userResult{}, err
	}
	j.look()
	if j.have == nil {
		return userResult{}, nil // only predicted
	}
	if err := j.settleHome(); err != nil {
		return userResult{}, err
	}
	if err := j.settleAges(); err != nil {
		return userResult{}, err
	}
	j.report(created)
	return j.r, j.settleKey()
}

func (j *userJob) look() {
	j.have = passwdEntry(j.c, j.Name, j.Local)
	data, _ := os.ReadFile(shadowFile)
	j.shadow = shadowOf(string(data), j.Name)
}

// checkPassword warns of a password that cannot be a hash.
func (j *userJob) checkPassword() {
	if j.Password != nil && !looksHashed(*j.Password) {
		j.c.Warn("The input password appears not to have been hashed. The 'password' argument must be encrypted for this module to work properly.")
	}
}

// hashLengths are those of crypt(3)'s older methods; the others vary.
var hashLengths = map[string]int{"1": 22, "5": 43, "6": 86}

// looksHashed says whether Ansible takes a text for a hash, or for what disables
// a password: the method's length and crypt's characters in its last part.
func looksHashed(p string) bool {
	if p == "" || p == "!" || p == "*" || p == "*************" {
		return true
	}
	parts := strings.Split(p, "$")
	if len(parts) < 3 || strings.ContainsAny(p, ":\n") {
		return false
	}
	hash := parts[len(parts)-1]
	if want, ok := hashLengths[parts[1]]; ok && len(hash) != want {
		return false
	}
	return !strings.ContainsFunc(hash, func(r rune) bool {
		return r != '.' && r != '/' && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	})
}

func (j *userJob) checkGroups() error {
	if j.Group != nil && groupEntry(j.c, *j.Group, j.Local) == nil {
		return modules.Fail("Group %s does not exist", *j.Group)
	}
	for _, g := range j.wantedGroups() {
		if groupEntry(j.c, g, j.Local) == nil {
			return modules.Fail("Group %s does not exist", g)
		}
	}
	return nil
}

func (j *userJob) wantedGroups() []string {
	var names []string
	for _, g := range j.Groups {
		if g = strings.TrimSpace(g); g != "" {
			names = append(names, g)
		}
	}
	return names
}

func (j *userJob) remove() (userResult, error) {
	if j.have == nil {
		return userResult{Name: j.Name, State: "absent"}, nil
	}
	argv := []string{"userdel"}
	if j.Local {
		argv = []string{"luserdel"}
	}
	if _, err := j.c.Find(argv[0]); err != nil {
		argv = []string{"deluser"}
		if j.Remove {
			argv = append(argv, "--remove-home")
		}
	} else {
		if j.Force && !j.Local {
			argv = append(argv, "-f")
		}
		if j.Remove {
			argv = append(argv, "-r")
		}
	}
	did := false
	err := j.c.Change(modules.Diff{}, func() error {
		did = true
		return j.r.tool(j.c, j.Name, append(argv, j.Name), "")
	})
	if err != nil || !did {
		return userResult{}, err
	}
	j.r.Name, j.r.State, j.r.Force, j.r.Remove = j.Name, "absent", &j.Force, &j.Remove
	return j.r, nil
}

func (j *userJob) report(created bool) {
	r := &j.r
	r.Name, r.State = j.Name, "present"
	if created {
		r.System, r.CreateHome = &j.System, &j.CreateHome
	} else {
		r.Append, r.MoveHome = &j.Append, &j.MoveHome
	}
	if uid, err := strconv.Atoi(j.have[2]); err == nil {
		r.UID = &uid
	}
	if j.UID != nil {
		r.UID = j.UID
	}
	if gid, err := strconv.Atoi(j.have[3]); err == nil {
		r.Group = &gid
	}
	r.Comment, r.Home, r.Shell = &j.have[4], &j.have[5], &j.have[6]
	if j.Groups != nil {
		r.Groups = ptr(strings.Join(j.Groups, ","))
	}
	if j.Password != nil {
		r.Password = "NOT_LOGGING_PASSWORD"
	}
}

// currentGroups are the groups that the user is in beside the own one.
func (j *userJob) currentGroups() []string {
	data, _ := os.ReadFile(groupFile)
	own := groupEntry(j.c, j.have[3], j.Local)
	return slices.DeleteFunc(memberships(string(data), j.Name), func(g string) bool { return own != nil && g == own[0] })
}
