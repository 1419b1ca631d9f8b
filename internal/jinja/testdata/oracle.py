"""Reads cases, one JSON object a line, and answers each with what Jinja2 gives.

template, vars, files (name -> text), options (trim_blocks ...), undefined
(strict or plain), expression (evaluate instead of render).
"""
import copy
import json
import sys

import jinja2

KINDS = {"strict": jinja2.StrictUndefined, "plain": jinja2.Undefined, "chainable": jinja2.ChainableUndefined}


def answer(case):
    env = jinja2.Environment(
        loader=jinja2.DictLoader(case.get("files", {})),
        undefined=KINDS[case.get("undefined", "strict")],
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
        **case.get("options", {}),
    )
    try:
        return {"want": env.from_string(case["template"]).render(copy.deepcopy(case.get("vars", {})))}
    except jinja2.TemplateSyntaxError as e:
        return {"class": "syntax", "error": e.message}
    except jinja2.UndefinedError as e:
        return {"class": "undefined", "error": e.message}
    except SyntaxError as e:
        return {"class": "syntax", "error": e.msg}
    except AssertionError as e:
        return {"class": "other", "error": str(e)}
    except RecursionError:
        return {"class": "other", "error": "recursion"}
    except Exception as e:
        return {"class": "other", "error": str(e)}


for line in sys.stdin:
    case = json.loads(line)
    for key in ("want", "class", "error"):
        case.pop(key, None)
    case.update(answer(case))
    print(json.dumps(case, ensure_ascii=False), flush=True)
