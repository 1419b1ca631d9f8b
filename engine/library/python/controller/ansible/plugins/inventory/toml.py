"""TOML by whichever library is installed."""
HAS_TOML, toml, toml_dumps, toml_loads = True, None, None, None

try:
    import toml
    toml_dumps, toml_loads = toml.dumps, toml.loads
except ImportError:
    try:
        import tomli_w
        from tomllib import loads as toml_loads
        toml_dumps = tomli_w.dumps
    except ImportError:
        HAS_TOML = False
