package crypto

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// Names of hosts beyond ASCII are kept as punycode (RFC 3492) behind xn--.
const (
	punyBase, punyMin, punyMax     = 36, 1, 26
	punySkew, punyDamp, punyBias   = 38, 700, 72
	punyStart, punyPrefix, punyEnd = 0x80, "xn--", utf8.MaxRune
)

// adjustIDN writes a name with its labels as encoding asks.
func adjustIDN(name, encoding string) string {
	switch encoding {
	case "idna":
		return toIDNA(name)
	case "unicode":
		return eachLabel(name, func(label string) string {
			if code, ok := strings.CutPrefix(label, punyPrefix); ok {
				if plain, ok := punyDecode(code); ok {
					return plain
				}
			}
			return label
		})
	}
	return name
}

func adjustURI(text, encoding string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || encoding == "ignore" {
		return text
	}
	return strings.Replace(text, u.Hostname(), adjustIDN(u.Hostname(), encoding), 1)
}

func toIDNA(name string) string {
	return eachLabel(name, func(label string) string {
		for _, r := range label {
			if r >= punyStart {
				return punyPrefix + punyEncode(strings.ToLower(label))
			}
		}
		return label
	})
}

// eachLabel rewrites the labels of a host's name, which in an address stands
// behind the @.
func eachLabel(name string, do func(string) string) string {
	at := strings.LastIndexByte(name, '@') + 1
	labels := strings.Split(name[at:], ".")
	for i, label := range labels {
		labels[i] = do(label)
	}
	return name[:at] + strings.Join(labels, ".")
}

func punyAdapt(delta, points int, first bool) int {
	delta /= 2
	if first {
		delta = delta * 2 / punyDamp
	}
	delta += delta / points
	k := 0
	for ; delta > (punyBase-punyMin)*punyMax/2; k += punyBase {
		delta /= punyBase - punyMin
	}
	return k + (punyBase-punyMin+1)*delta/(delta+punySkew)
}

func punyLimit(k, bias int) int { return min(max(k-bias, punyMin), punyMax) }

func punyDigit(d int) byte { return "abcdefghijklmnopqrstuvwxyz0123456789"[d] }

func punyEncode(text string) string {
	var out []byte
	runes := []rune(text)
	for _, r := range runes {
		if r < punyStart {
			out = append(out, byte(r))
		}
	}
	basic := len(out)
	done := basic
	if basic > 0 {
		out = append(out, '-')
	}
	for n, delta, bias := rune(punyStart), 0, punyBias; done < len(runes); n++ {
		next := rune(punyEnd)
		for _, r := range runes {
			if r >= n && r < next {
				next = r
			}
		}
		delta, n = delta+int(next-n)*(done+1), next
		for _, r := range runes {
			if r < n {
				delta++
			}
			if r != n {
				continue
			}
			q := delta
			for k := punyBase; ; k += punyBase {
				t := punyLimit(k, bias)
				if q < t {
					break
				}
				out, q = append(out, punyDigit(t+(q-t)%(punyBase-t))), (q-t)/(punyBase-t)
			}
			out = append(out, punyDigit(q))
			bias, delta = punyAdapt(delta, done+1, done == basic), 0
			done++
		}
		delta++
	}
	return string(out)
}

func punyDecode(code string) (string, bool) {
	var out []rune
	if at := strings.LastIndexByte(code, '-'); at >= 0 {
		out, code = []rune(code[:at]), code[at+1:]
	}
	n, i, bias := punyStart, 0, punyBias
	for code != "" {
		was, w := i, 1
		for k := punyBase; ; k += punyBase {
			if code == "" {
				return "", false
			}
			digit := strings.IndexByte("abcdefghijklmnopqrstuvwxyz0123456789", strings.ToLower(code[:1])[0])
			code = code[1:]
			if digit < 0 || digit > (utf8.MaxRune<<8-i)/w {
				return "", false
			}
			i += digit * w
			t := punyLimit(k, bias)
			if digit < t {
				break
			}
			w *= punyBase - t
		}
		bias = punyAdapt(i-was, len(out)+1, was == 0)
		n, i = n+i/(len(out)+1), i%(len(out)+1)
		if n > utf8.MaxRune {
			return "", false
		}
		out = append(out[:i], append([]rune{rune(n)}, out[i:]...)...)
		i++
	}
	return string(out), true
}
