# goplay: what can be built and run. `make build test` needs Go; the lab needs root and apt.
AGENTS  ?= linux/amd64 linux/arm64
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo devel)
GO      ?= go
export CGO_ENABLED = 0

SHELL      := /bin/bash -o pipefail
TESTED      = $(1)$(if $(CI), -json | $(GO) run ./e2e/skips)
LAB        := e2e/lab
comma      := ,
STAGING     = staging.example.com

.PHONY: build agents test test-rooms test-docker check e2e demo bench reference clean

# One static binary, with the agents for $(AGENTS) inside.
build: agents
	$(GO) build -trimpath -tags agents -ldflags '-s -w -X main.version=$(VERSION)' -o bin/goplay ./cmd/goplay

# Agents travel, so they are small: without what modules say to readers (cmd/agent/lean),
# without symbols, without inlining except where time is spent, and packed by xz where
# that is installed, which targets mostly have too; goplay packs anew for one that has
# only gzip. They speak HTTP/1.1, which every server does, without the code of HTTP/2.
# The budget is 4 MiB.
INLINED := runtime/... internal/runtime/... internal/bytealg bytes strings strconv unicode/utf8 sort slices compress/... \
  github.com/dlclark/regexp2/... encoding/json
LEAN    := -trimpath -tags slim,nethttpomithttp2 -ldflags '-s -w' -gcflags=all=-l $(INLINED:%=-gcflags=%=)
# A filter makes the code of amd64 easier to pack.
PACK    := $(if $(shell command -v xz),xz -f $$filter --lzma2=preset=9e$(comma)lc=4$(comma)dict=16MiB,gzip -9 -n -f)

agents:
	@rm -f engine/remote/agents/bin/*
	@lean=$$(mktemp -d) && trap "rm -rf $$lean" EXIT && overlay=$$($(GO) run ./cmd/agent/lean modules $$lean) && \
	for target in $(AGENTS); do \
	  out=engine/remote/agents/bin/$${target%/*}_$${target#*/}; \
	  filter=; [ $${target#*/} != amd64 ] || filter=--x86; \
	  GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) build -overlay $$overlay $(LEAN) -o $$out ./cmd/agent && $(PACK) $$out || exit 1; \
	  echo "agent for $$target: $$(cat $$out.* | wc -c) bytes"; \
	done

# The tests, with the race detector; where the time goes to sshd and dockerd it
# would only make their timeouts strike, so those rooms run without, and so do the
# templates that go to the limits, the tasks that are compared one by one (the
# scripts beside them race), the schemas, which another library reads, and what
# watches goplay's processes from outside. A program that races waits for a second before it ends, in case something in it still
# runs: too long where tests start hundreds. With CI set a skip is a failure (e2e/skips).
SLOW  = goplay/engine/remote goplay/modules/docker
TASKS = ^(TestTasks|TestHostTasks|TestProcess.*|TestSchema.*)$$
test: test-rooms test-docker

test-rooms:
	CGO_ENABLED=1 GORACE=atexit_sleep_ms=50 $(GO) test -race -timeout 30m -skip '$(TASKS)' $(call TESTED,$$($(GO) list ./... | grep -vx $(SLOW:%=-e %)))
	$(GO) test -timeout 30m -run '$(TASKS)' $(call TESTED,goplay/cmd/goplay)
	$(GO) test $(call TESTED,goplay/engine/remote)
	$(GO) test $(call TESTED,goplay/engine/filters -run TestLimits)

# The docker modules against an engine of their own, or where there is no root
# to start one against that of this machine. They mostly wait for it, so more of
# them run at once than there are processors.
test-docker:
	$(GO) test -timeout 30m -parallel 4 $(call TESTED,goplay/modules/docker)

# What has to be clean before a commit.
check:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt wants: $$unformatted"; exit 1; }
	$(GO) vet ./... && $(GO) vet -tags e2e ./e2e
	GOOS=darwin $(GO) build ./cmd/goplay
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...
	@$(GO) run ./cmd/goplay doc --markdown | diff -q - docs/modules.md >/dev/null || { echo "docs/modules.md is old: make reference"; exit 1; }
	@$(GO) run ./e2e/coverage | diff -q - docs/coverage.md >/dev/null || { echo "docs/coverage.md is old: make reference"; exit 1; }

# The whole program against real hosts: root, and a machine that may run containers.
e2e: build
	GOPLAY=$(CURDIR)/bin/goplay $(GO) test -tags e2e -count 1 -timeout 20m $(call TESTED,./e2e)

# A fresh staging host, the deploy to it, and the page that it serves then.
demo: build
	$(LAB) up $(STAGING)
	bin/goplay --user=elspeth -i $$($(LAB) dir)/inventory --limit $(STAGING) playbooks/deploy.yaml -v
	@echo; curl -s http://$$($(LAB) address $(STAGING))/
	@printf '\nIt is served at http://%s/. Look around with: ssh -F %s/ssh_config $(STAGING). Remove it with: $(LAB) down\n' \
	  $$($(LAB) address $(STAGING)) $$($(LAB) dir)

# Side by side with ansible-playbook, and what templates cost.
bench: build
	$(LAB) up $(STAGING)
	$(GO) run ./e2e/bench -goplay bin/goplay -inventory $$($(LAB) dir)/inventory -ssh-config $$($(LAB) dir)/ssh_config
	$(GO) test -run '^$$' -bench . -benchmem ./internal/jinja
	$(LAB) down $(STAGING)

# The reference of all modules, and the table of their options and tests.
reference:
	$(GO) run ./cmd/goplay doc --markdown >docs/modules.md
	$(GO) run ./e2e/coverage >docs/coverage.md

clean:
	rm -rf bin engine/remote/agents/bin
