"""Values on their way between goplay and Python, and questions asked on the way."""
import base64
import datetime
import json
from collections.abc import Mapping

try:
    import jinja2
    undefined_base = jinja2.StrictUndefined
    undefined_error = jinja2.UndefinedError
except ImportError:
    jinja2 = None

    class undefined_error(Exception):
        """An undefined value was used."""

    class undefined_base(object):
        """What stands for an undefined value: any use of it fails."""

        def __init__(self, hint=None, obj=None, name=None):
            self._undefined_hint = hint

        def _fail(self, *args, **kwargs):
            raise undefined_error(self._undefined_hint)

        __str__ = __iter__ = __len__ = __bool__ = __eq__ = __ne__ = __hash__ = __contains__ = __getitem__ = __call__ = _fail
        __add__ = __radd__ = __int__ = __float__ = __lt__ = __le__ = __gt__ = __ge__ = _fail

TAG = '__goplay__'


class undefined_type(undefined_base):
    """An undefined variable."""

    raises = undefined_error
    __slots__ = ()


def encode(value):
    """value as JSON can hold it: what JSON has no form for becomes a dict with a tag."""
    if isinstance(value, undefined_base) or jinja2 and isinstance(value, jinja2.Undefined):
        return {TAG: 'undefined', 'hint': getattr(value, '_undefined_hint', None) or "'%s' is undefined" % getattr(value, '_undefined_name', '')}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (bytes, bytearray)):
        return {TAG: 'bytes', 'text': base64.b64encode(value).decode()}
    if isinstance(value, (datetime.datetime, datetime.date)):
        return {TAG: 'datetime', 'text': value.isoformat()}
    if isinstance(value, Mapping):
        if all(isinstance(k, str) for k in value) and TAG not in value:
            return dict((str(k), encode(v)) for k, v in value.items())
        return {TAG: 'dict', 'items': [[encode(k), encode(v)] for k, v in value.items()]}
    if isinstance(value, list):
        return [encode(v) for v in value]
    if isinstance(value, tuple):
        return {TAG: 'tuple', 'items': [encode(v) for v in value]}
    if isinstance(value, (set, frozenset)):
        return {TAG: 'set', 'items': [encode(v) for v in value]}
    if hasattr(value, '__iter__'):
        return [encode(v) for v in value]
    return str(value)


def decode(value):
    """The value that encode, here or in goplay, made this of."""
    if isinstance(value, list):
        return [decode(v) for v in value]
    if not isinstance(value, dict):
        return value
    kind = value.get(TAG)
    if kind is None:
        return dict((k, decode(v)) for k, v in value.items())
    if kind == 'dict':
        return dict((decode(k), decode(v)) for k, v in value['items'])
    if kind in ('tuple', 'set'):
        return (tuple if kind == 'tuple' else set)(decode(v) for v in value['items'])
    if kind == 'bytes':
        return base64.b64decode(value['text'])
    if kind == 'datetime':
        return datetime.datetime.fromisoformat(value['text'])
    return undefined_type(hint=value['hint'])


class Link:
    """The conversation: a request may lead to questions, and those to requests inside of it."""

    def start(self, source, sink, perform):
        self.source, self.sink, self.perform = source, sink, perform

    def send(self, message):
        data = json.dumps(message).encode()
        self.sink.write(b'%d\n' % len(data) + data)
        self.sink.flush()

    def receive(self):
        head = self.source.readline()
        return json.loads(self.source.read(int(head))) if head else None

    def serve(self):
        """Answer requests until an answer to a question comes, or the end; gives what came."""
        while True:
            message = self.receive()
            if message is None or 'answer' in message:
                return message
            message['args'], message['kwargs'] = decode(message.get('args', [])), decode(message.get('kwargs', {}))
            answer = self.perform(message)
            if 'result' in answer:
                try:
                    answer = {'result': encode(answer['result'])}
                except Exception as e:  # a generator that fails late, or an undefined value inside
                    answer = {'error': {'type': type(e).__name__, 'message': str(e), 'undefined': isinstance(e, undefined_error),
                                        'where': '', 'ansible': False}}
            self.send(answer)

    def ask(self, what, name='', args=()):
        """Ask goplay something; KeyError if it has no such thing."""
        self.send({'ask': what, 'name': name, 'args': encode(list(args))})
        message = self.serve()
        if message is None:
            raise SystemExit(0)
        if message.get('failed'):
            raise RuntimeError(message['failed'])
        if not message['found']:
            raise KeyError(name)
        return decode(message['answer'])


link = Link()


class Variables(Mapping):
    """The variables of the host at hand, each evaluated when it is asked for. It is a template's context too."""

    def __getitem__(self, name):
        return link.ask('variable', name)

    def __contains__(self, name):
        return name in link.ask('names')

    def __iter__(self):
        return iter(link.ask('names'))

    def __len__(self):
        return len(link.ask('names'))

    def resolve(self, name):
        try:
            return self[name]
        except KeyError:
            return undefined_type(name=name, hint="'%s' is undefined" % name)

    resolve_or_missing = resolve

    @property
    def environment(self):
        return Environment()

    def get_all(self):
        return dict(self)


class Functions(Mapping):
    """The filters or tests of goplay by name, to be called."""

    def __init__(self, kind):
        self._kind = kind

    def __getitem__(self, name):
        if not link.ask('has ' + self._kind, name):
            raise KeyError(name)
        return lambda *args: link.ask(self._kind, name, args)

    def __iter__(self):
        raise TypeError('the names of all %ss are not told' % self._kind)

    __len__ = __iter__


class Environment:
    """The environment that a function of Jinja may ask for."""

    autoescape = False

    def __init__(self):
        self.filters, self.tests = Functions('filter'), Functions('test')

    def call_filter(self, name, value, args=None, kwargs=None, context=None, eval_ctx=None):
        return self.filters[name](value, *(args or ()))

    def call_test(self, name, value, args=None, kwargs=None, context=None, eval_ctx=None):
        return self.tests[name](value, *(args or ()))

    def getitem(self, obj, argument):
        try:
            return obj[argument]
        except (AttributeError, TypeError, LookupError):
            return getattr(obj, str(argument), undefined_type(name=argument, hint="'%s' is undefined" % argument))

    getattr = getitem

    def undefined(self, hint=None, obj=None, name=None, exc=None):
        return undefined_type(name=name, hint=hint or "'%s' is undefined" % name)
