"""Merging of dicts."""


def merge_hash(x, y, recursive=True, list_merge='replace'):
    """x with y merged into it; neither changes."""
    out = dict(x)
    for key, value in y.items():
        if recursive and isinstance(out.get(key), dict) and isinstance(value, dict):
            out[key] = merge_hash(out[key], value, recursive, list_merge)
        elif list_merge != 'replace' and isinstance(out.get(key), list) and isinstance(value, list):
            out[key] = _lists(out[key], value, list_merge)
        else:
            out[key] = value
    return out


def _lists(x, y, how):
    if how == 'keep':
        return x
    if how.endswith('_rp'):
        x = [item for item in x if item not in y]
    return x + y if how.startswith('append') else y + x


def combine_vars(a, b, merge=None):
    return merge_hash(a, b) if merge else dict(a, **b)
