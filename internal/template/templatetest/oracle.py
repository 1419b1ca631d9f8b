# Asks ansible-core for the answers to a table: {vars, cases} on stdin, a list of {v} or {e} on stdout.
import json, sys, warnings
warnings.simplefilter("ignore")
table = json.load(sys.stdin)
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.playbook.conditional import Conditional
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
_AnsibleCollectionFinder(paths=["/usr/lib/python3/dist-packages"])._install()


def tag(v):
    if v is None or isinstance(v, (bool, int, float)):
        return v
    if isinstance(v, str):
        return str(v)
    if isinstance(v, bytes):
        return {"__py__": "bytes", "v": v.decode("latin1")}
    if isinstance(v, tuple):
        return {"__py__": "tuple", "v": [tag(x) for x in v]}
    if isinstance(v, list):
        return [tag(x) for x in v]
    if isinstance(v, dict):
        if all(isinstance(k, str) for k in v):
            return {str(k): tag(x) for k, x in v.items()}
        return {"__py__": "dict", "v": [[tag(k), tag(x)] for k, x in v.items()]}
    if isinstance(v, set):
        return {"__py__": "set", "v": sorted(repr(x) for x in v)}
    return {"__py__": type(v).__name__, "v": str(v)}


loader = DataLoader()


class Terms(Conditional):
    def __init__(self):
        self._loader = loader
        super().__init__(loader=loader)


answers = []
for case in table["cases"]:
    variables = dict(table["vars"] or {})
    templar = Templar(loader=loader, variables=variables)
    mode, text = case.get("mode", "data"), case["template"]
    try:
        if mode == "file":
            templar.environment.loader.searchpath = ["."]
            v = templar.template(text, preserve_trailing_newlines=True, convert_data=False, escape_backslashes=False)
        elif mode == "when":
            terms = Terms()
            terms._when = None
            terms.when = [text]
            v = bool(terms.evaluate_conditional(templar, variables))
        else:
            v = templar.template(text)
        answers.append({"v": tag(v)})
    except Exception as e:
        answers.append({"e": str(e)})
json.dump(answers, sys.stdout)
