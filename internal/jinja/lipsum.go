package jinja

import (
	"math/rand/v2"
	"strings"

	"goplay/internal/value"
)

var lipsumWords = strings.Fields(`a ac accumsan ad adipiscing aenean aliquam aliquet amet ante arcu at auctor augue
bibendum blandit commodo condimentum congue consectetuer consequat conubia convallis cras cubilia cum curabitur
dapibus diam dictum dignissim dis dolor donec dui duis egestas eget eleifend elit enim erat eros est et etiam eu
facilisi faucibus felis fermentum feugiat fringilla fusce gravida habitant hendrerit iaculis id imperdiet in integer
interdum ipsum justo lacinia lacus laoreet lectus leo libero ligula lobortis lorem luctus maecenas magna malesuada
massa mattis mauris metus mi molestie mollis montes morbi nam nec neque nibh nisi nisl non nulla nunc odio orci
ornare pede pellentesque pharetra phasellus placerat porta posuere pretium proin pulvinar purus quam quis rhoncus
risus rutrum sagittis sapien scelerisque sed sem semper sit sociis sodales sollicitudin suscipit tellus tempor
tempus tincidunt tortor tristique turpis ullamcorper ultrices urna ut varius vel velit venenatis vestibulum
vitae vivamus volutpat vulputate`)

// lipsum writes paragraphs of filler words, at random.
func lipsum(c *Call, a []any) (any, error) {
	var bounds [3]int
	for i, v := range []any{a[0], a[2], a[3]} {
		n, err := index(v)
		if err != nil {
			return nil, err
		}
		bounds[i] = int(min(n, 10_000))
	}
	if bounds[1] >= bounds[2] || bounds[1] < 0 {
		return nil, value.Raise("ValueError", "empty range for randrange() (%d, %d, %d)", bounds[1], bounds[2], bounds[2]-bounds[1])
	}
	var paragraphs []string
	for range bounds[0] {
		paragraphs = append(paragraphs, paragraph(bounds[1]+rand.IntN(bounds[2]-bounds[1])))
	}
	html, err := truth(a[1])
	if err != nil || !html {
		return strings.Join(paragraphs, "\n\n"), err
	}
	for i, p := range paragraphs {
		paragraphs[i] = "<p>" + p + "</p>"
	}
	return value.Markup(strings.Join(paragraphs, "\n")), nil
}

// paragraph writes sentences of n words altogether.
func paragraph(n int) string {
	var b strings.Builder
	start, comma, last := true, 0, ""
	for i := range n {
		word := last
		for word == last {
			word = lipsumWords[rand.IntN(len(lipsumWords))]
		}
		last = word
		if start {
			word = strings.ToUpper(word[:1]) + word[1:]
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		comma++
		start = false
		switch {
		case i == n-1:
			b.WriteByte('.')
		case comma > 3 && rand.IntN(8) == 0:
			b.WriteByte('.')
			start, comma = true, 0
		case comma > 2 && rand.IntN(6) == 0:
			b.WriteByte(',')
			comma = 0
		}
	}
	return b.String()
}
