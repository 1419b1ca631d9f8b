# goplay: what can be built and run. `make build test` needs Go; the lab needs root and apt.
AGENTS  ?= linux/amd64 linux/arm64
VERSION ?= $(shell git describe --always --dirty 2>/dev/null || echo devel)
GO      ?= go
export CGO_ENABLED = 0

.PHONY: build agents test check e2e demo bench reference clean

# One static binary, with the agents for $(AGENTS) inside.
build: agents
	$(GO) build -trimpath -tags agents -ldflags '-s -w -X main.version=$(VERSION)' -o bin/goplay ./cmd/goplay

agents:
	@for target in $(AGENTS); do \
	  out=engine/remote/agents/bin/$${target%/*}_$${target#*/}; \
	  GOOS=$${target%/*} GOARCH=$${target#*/} $(GO) build -trimpath -ldflags '-s -w' -o $$out ./cmd/agent && gzip -9 -n -f $$out || exit 1; \
	done

# The tests, with the race detector.
test:
	CGO_ENABLED=1 $(GO) test -race ./...

# What has to be clean before a commit.
check:
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); [ -z "$$unformatted" ] || { echo "gofmt wants: $$unformatted"; exit 1; }
	$(GO) vet ./...
	GOOS=darwin $(GO) build ./cmd/goplay
	$(GO) run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

clean:
	rm -rf bin engine/remote/agents/bin
