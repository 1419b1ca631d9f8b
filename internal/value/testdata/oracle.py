"""Answers each line of stdin as Python does: the kind of question and its
operands, separated by tabs; the answers are what the tests want."""
import ast
import json
import sys
from datetime import date, datetime, time, timedelta, timezone

NAMES = dict(date=date, datetime=datetime, time=time, timedelta=timedelta,
             timezone=timezone, range=range, inf=float("inf"), nan=float("nan"))


def operand(text):
    return eval(text, dict(NAMES))


def show(v):
    if isinstance(v, (set, frozenset)) and v:
        return "{" + ", ".join(sorted(map(repr, v))) + "}"
    return repr(v)


def subscript(text):
    if ":" in text and text[0] not in "'\"({":
        return slice(*(operand(p) if p else None for p in text.split(":")))
    return operand(text)


def compare(op, a, b):
    return {"==": lambda: a == b, "!=": lambda: a != b, "<": lambda: a < b,
            "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b}[op]()


def binary(op, a, b):
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b,
            "/": lambda: a / b, "//": lambda: a // b, "%": lambda: a % b,
            "**": lambda: a ** b, "|": lambda: a | b, "&": lambda: a & b,
            "^": lambda: a ^ b, "in": lambda: a in b}[op]()


def method(obj, name, args, kwargs=""):
    obj = operand(obj)
    attr = getattr(obj, name)
    if not args:
        return show(attr)
    answer = show(attr(*operand(args), **operand(kwargs or "{}")))
    if isinstance(obj, (list, dict, set)):
        answer += " | " + show(obj)
    return answer


KINDS = {
    "repr": lambda v: repr(operand(v)),
    "str": lambda v: show(str(operand(v))),
    "truth": lambda v: show(bool(operand(v))),
    "len": lambda v: show(len(operand(v))),
    "list": lambda v: show(list(operand(v))),
    "neg": lambda v: show(-operand(v)),
    "hash": lambda v: show(isinstance(hash(operand(v)), int)),
    "type": lambda v: type(operand(v)).__name__,
    "compare": lambda op, a, b: show(compare(op, operand(a), operand(b))),
    "binary": lambda op, a, b: show(binary(op, operand(a), operand(b))),
    "item": lambda v, k: show(operand(v)[subscript(k)]),
    "method": method,
    "percent": lambda f, a: show(operand(f) % operand(a)),
    "format": lambda f, a, k="{}": show(operand(f).format(*operand(a), **operand(k or "{}"))),
    "spec": lambda v, s: show(format(operand(v), operand(s))),
    "literal": lambda s: show(ast.literal_eval(operand(s))),
    "loads": lambda s: show(json.loads(operand(s))),
    "dumps": lambda v, o="{}": show(json.dumps(operand(v), **operand(o or "{}"))),
    "strptime": lambda s, f: show(datetime.strptime(operand(s), operand(f))),
}

for line in sys.stdin:
    kind, *operands = line.rstrip("\n").split("\t")
    try:
        answer = KINDS[kind](*operands)
    except (SyntaxError, RecursionError) as e:
        answer = type(e).__name__
    except Exception as e:
        answer = type(e).__name__ + ": " + str(e)
        if answer.startswith("ValueError: malformed node"):
            answer = "ValueError: malformed node"
    sys.stdout.write(answer.replace("\n", "\\n").encode("utf-8", "backslashreplace").decode() + "\n")
