"""Splitting of words with quotes, and taking the quotes off."""
from __future__ import absolute_import, division, print_function
__metaclass__ = type


def is_quoted(data):
    return len(data) > 1 and data[0] == data[-1] and data[0] in '"\'' and data[-2] != '\\'


def unquote(data):
    """data without the quotes around it."""
    return data[1:-1] if is_quoted(data) else data


def split_args(args):
    """The words of args: spaces inside quotes and {{ }} do not divide, and quotes stay."""
    words, word, quote, depth, at = [], '', '', 0, 0
    while at < len(args):
        char, pair = args[at], args[at:at + 2]
        if not quote and pair in ('{{', '{%', '{#', '}}', '%}', '#}'):
            depth += 1 if pair[0] == '{' else -1
            word, at = word + pair, at + 2
            continue
        if char in '"\'' and not (at and args[at - 1] == '\\'):
            quote = '' if quote == char else quote or char
        if char.isspace() and not quote and depth <= 0:
            if word:
                words.append(word)
            word = ''
        else:
            word += char
        at += 1
    if quote or depth > 0:
        raise Exception('error while splitting arguments, either an unbalanced jinja2 block or quotes')
    return words + [word] if word else words
