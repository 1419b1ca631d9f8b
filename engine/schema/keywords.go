package schema

// shapeOf is what may stand behind a keyword.
func shapeOf(word string) object {
	shape := object{}
	if make, ok := shapes()[word]; ok {
		shape = make()
	}
	if doc := docs[word]; doc != "" {
		shape["description"] = doc
	}
	return shape
}

func truth() object     { return kindShape("bool") }
func number() object    { return kindShape("int") }
func text() object      { return object{"type": []any{"string", "number", "null"}} }
func tasks() object     { return ref("tasks") }
func anything() object  { return object{} }
func condition() object { return oneOrMore(object{"type": []any{"string", "boolean", "number"}}) }
func names() object     { return oneOrMore(object{"type": []any{"string", "number"}}) }

// oneOrMore is a value or a list of such.
func oneOrMore(item object) object {
	return either(item, object{"type": "array", "items": item}, object{"type": "null"})
}

// listed is a mapping, a list of mappings, or a template of either.
func listed() object { return object{"type": []any{"object", "array", "string", "null"}} }

func oneOf(values ...any) func() object {
	return func() object { return either(object{"enum": append(values, nil)}, ref("template")) }
}

func loop() object { return object{"type": []any{"array", "string", "null"}} }

func role() object {
	return either(object{"type": "string"}, object{"type": "object", "anyOf": []any{object{"required": []any{"role"}}, object{"required": []any{"name"}}}})
}

func roles() object { return object{"type": []any{"array", "null"}, "items": role()} }

func prompts() object {
	return object{"type": []any{"array", "object", "null"}, "items": keywords("vars_prompt")}
}

// shapes has every keyword; what is not in it would be taken with any value.
func shapes() map[string]func() object {
	return map[string]func() object{
		"action": anything, "always": tasks, "any_errors_fatal": truth, "args": listed, "async": number, "become": truth, "become_exe": text,
		"become_flags": text, "become_method": text, "become_user": text, "block": tasks, "changed_when": condition, "check_mode": truth,
		"collections": names, "connection": text, "debugger": oneOf("always", "never", "on_failed", "on_unreachable", "on_skipped"), "delay": number,
		"delegate_facts": truth, "delegate_to": text, "diff": truth, "environment": listed, "fact_path": text, "failed_when": condition,
		"force_handlers": truth, "gather_facts": truth, "gather_subset": names, "gather_timeout": number, "handlers": handlers,
		"hosts": names, "ignore_errors": truth, "ignore_unreachable": truth, "import_playbook": text, "listen": names, "local_action": anything, "loop": loop,
		"loop_control": func() object { return either(keywords("loop_control"), object{"type": "null"}) }, "loop_with": anything,
		"max_fail_percentage": percentage, "module_defaults": listed, "name": text, "no_log": truth, "notify": names,
		"order": oneOf("inventory", "reverse_inventory", "reverse_sorted", "shuffle", "sorted"), "poll": number, "port": number, "post_tasks": tasks,
		"pre_tasks": tasks, "register": text, "remote_user": text, "rescue": tasks, "retries": number, "roles": roles, "run_once": truth,
		"serial": names, "strategy": text, "tags": names, "tasks": tasks, "throttle": number, "timeout": number, "until": condition, "user": text,
		"vars": listed, "vars_files": files, "vars_prompt": prompts, "when": condition,
		"extended": truth, "extended_allitems": truth, "index_var": text, "label": anything, "loop_var": text, "pause": percentage,
		"confirm": truth, "default": anything, "encrypt": text, "private": truth, "prompt": text, "salt": text, "salt_size": number, "unsafe": truth,
	}
}

func handlers() object   { return ref("handlers") }
func percentage() object { return kindShape("float") }

// files are names, or for each a list of which the first that is there is read.
func files() object { return oneOrMore(object{"type": []any{"string", "array"}}) }

// docs are for what an editor shows beside a keyword.
var docs = map[string]string{
	"always": "Tasks that run whatever became of the block.", "any_errors_fatal": "A failure of one host ends the play for all.",
	"args": "Options of the module, beside those behind its name.", "async": "Seconds that the task may go on in the background.",
	"become": "Run as another user.", "become_user": "The user to become.", "become_method": "How to become one, such as sudo or su.",
	"block": "Tasks that belong together.", "changed_when": "Condition under which the task counts as a change.",
	"check_mode": "Only say what would change, or with false always do it.", "delay": "Seconds between two tries.",
	"delegate_to": "Host that the task runs on in place of its own.", "environment": "Environment variables of the module.",
	"failed_when": "Condition under which the task counts as failed.", "gather_facts": "Ask each host for its facts first.",
	"handlers": "Tasks that run at the end of a section, if they are notified.", "hosts": "Hosts and groups, as a pattern.",
	"ignore_errors": "Go on after a failure.", "listen": "Topics that notify the handler.", "loop": "List whose items the task runs for.",
	"max_fail_percentage": "Share of hosts that may fail before the play ends.", "no_log": "Show nothing of the task's options and results.",
	"notify": "Handlers to run if something changed.", "poll": "Seconds between two looks at a task in the background; 0 does not wait.",
	"register": "Variable that keeps the result.", "rescue": "Tasks that run where one of the block failed.", "retries": "How often to try.",
	"roles": "Roles to run before the tasks.", "run_once": "Run on the first host only, for all.", "serial": "How many hosts go through the play at once.",
	"strategy": "How hosts go through the tasks: linear or free.", "tags": "Words to choose tasks by.", "throttle": "How many hosts may run it at once.",
	"until": "Condition that ends the tries.", "vars": "Variables.", "vars_files": "Files of variables.", "when": "Condition under which it runs.",
}
