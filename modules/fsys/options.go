package fsys

// Attrs are the options that every module has that makes files: what the file
// is to be beyond its content. Embed it in an argument struct; the zero value
// asks for nothing.
type Attrs struct {
	Mode         any    `arg:"mode" doc:"Permissions: an octal number (quoted, or with a leading zero) or symbols such as u=rwX,g+r,o-rwx."`
	Owner        string `arg:"owner" doc:"User who owns the file, by name or number."`
	Group        string `arg:"group" doc:"Group of the file, by name or number."`
	SEUser       string `arg:"seuser" doc:"User part of the SELinux context; _default takes the policy's."`
	SERole       string `arg:"serole" doc:"Role part of the SELinux context; _default takes the policy's."`
	SEType       string `arg:"setype" doc:"Type part of the SELinux context; _default takes the policy's."`
	SELevel      string `arg:"selevel" doc:"Level part of the SELinux context, the MLS or MCS range; _default takes the policy's."`
	Attributes   string `arg:"attributes" alias:"attr" doc:"Flags as chattr takes them: +i adds, -i removes, =i or i sets exactly these."`
	UnsafeWrites bool   `arg:"unsafe_writes" default:"false" doc:"Where a file cannot be replaced as a whole (a file mounted into a container), write into it in place."`
}

// Backup is the option of modules that can keep the file they replace.
type Backup struct {
	Backup bool `arg:"backup" default:"false" doc:"Keep the previous file beside the new one, with the time in its name."`
}

// Validate is the option of modules that can have a file checked before it is used.
type Validate struct {
	Validate string `arg:"validate" doc:"Command that checks the new file before it is put in place; %s stands for its path. It is run without a shell."`
}
