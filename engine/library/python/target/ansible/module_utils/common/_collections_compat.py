"""The abstract containers under their older name."""
from ansible.module_utils.common.collections import (  # noqa: F401
    Container, Hashable, ItemsView, Iterable, Iterator, KeysView, Mapping, MappingView, MutableMapping,
    MutableSequence, MutableSet, Sequence, Set, Sized, ValuesView)
