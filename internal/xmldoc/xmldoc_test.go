package xmldoc

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const kept = "testdata/lxml.json"

type answers struct {
	Documents   map[string][]string `json:"documents"`
	Expressions map[string][]string `json:"expressions"`
}

// fromLxml returns what lxml gave for all documents and expressions here. It is
// asked again when ORACLE is set.
func fromLxml(t *testing.T) answers {
	t.Helper()
	var out answers
	data, err := os.ReadFile(kept)
	if os.Getenv("ORACLE") != "" {
		asked, _ := json.Marshal(map[string]any{"tree": sample, "documents": documents, "expressions": expressions, "spaces": spaces})
		cmd := exec.Command("/usr/bin/python3", "testdata/ask_lxml.py")
		cmd.Stdin, cmd.Stderr = bytes.NewReader(asked), os.Stderr
		if data, err = cmd.Output(); err == nil {
			var indented bytes.Buffer
			_ = json.Indent(&indented, data, "", " ")
			err = os.WriteFile(kept, append(indented.Bytes(), '\n'), 0o644)
		}
	}
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDocumentsAreReadAndWrittenAsByLxml(t *testing.T) {
	want := fromLxml(t).Documents
	for _, text := range documents {
		if got := written(text); !slices.Equal(got, want[text]) {
			t.Errorf("%q:\n   %q\nlxml %q", text, got, want[text])
		}
	}
}

// written is a document as it is, laid out anew, and laid out anew in ASCII.
func written(text string) []string {
	doc, err := Parse([]byte(text), Options{})
	if err != nil {
		message, _, _ := strings.Cut(err.Error(), ", line ")
		return []string{message}
	}
	pretty, err := Parse([]byte(text), Options{NoBlanks: true})
	if err != nil {
		return []string{err.Error()}
	}
	return []string{string(doc.Bytes(Style{Declaration: true})),
		string(pretty.Bytes(Style{Declaration: true, Pretty: true})), string(pretty.Bytes(Style{ASCII: true}))}
}

func TestExpressionsFindWhatLxmlFinds(t *testing.T) {
	want := fromLxml(t).Expressions
	doc, err := Parse([]byte(sample), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range expressions {
		if got := found(doc, text); !slices.Equal(got, want[text]) {
			t.Errorf("%s: %q, lxml: %q", text, got, want[text])
		}
	}
}

func found(doc *Node, text string) []string {
	x, err := CompileXPath(text)
	var v any
	if err == nil {
		v, err = x.Evaluate(doc.Root(), spaces)
	}
	if err != nil {
		return []string{"error", err.Error()}
	}
	switch v := v.(type) {
	case Nodes:
		out := []string{}
		for _, n := range v {
			switch {
			case n.Type == Attribute:
				out = append(out, n.Parent.Path()+"/@"+n.Clark())
			case n.isText():
				out = append(out, "'"+strings.ReplaceAll(n.Text, "\n", `\n`)+"'")
			default:
				out = append(out, n.Path())
			}
		}
		return out
	case bool:
		return []string{map[bool]string{true: "True", false: "False"}[v]}
	case float64:
		text := toString(v)
		if !strings.ContainsAny(text, ".IN") {
			text += ".0"
		}
		return []string{strings.NewReplacer("NaN", "nan", "Infinity", "inf").Replace(text)}
	}
	return []string{v.(string)}
}

var spaces = map[string]string{"x": "urn:x", "d": "urn:d"}

const sample = `<?xml version="1.0"?><!-- top --><?run now?>
<shop xmlns:x="urn:x" xml:lang="en-GB" open="yes">
 <shelf id="1"><book price="10" x:lent="no">Go</book><book price="7.5">XML &amp; co</book><!-- gap --></shelf>
 <shelf id="2"><book price="30">Söhne</book><x:map scale="5"/>tail</shelf>
 <shelf xmlns="urn:d" id="3"><book/><book>last</book></shelf>
 <empty/>  <num>-4</num><num> 6 </num>
</shop>`

var expressions = []string{
	"/", "/shop", "shop", "/shop/shelf", "//book", "/shop/shelf/book", "//book[1]", "(//book)[1]", "//book[last()]", "//book[position()>1]",
	"/shop/shelf[2]/book", "/shop/shelf[@id='2']/book", "//shelf[@id=2]/@id", "//@price", "//@*", "//book/@x:lent", "//x:map", "//d:book", "//d:*", "//x:*",
	"//*", "//node()", "//text()", "//comment()", "//processing-instruction()", "//processing-instruction('run')", "//processing-instruction('no')",
	"//book[.='Go']", "//book[text()='Go']", "/shop/shelf/book/text()", "//book[@price>9]", "//book[@price>=7.5 and @price<11]", "//book[@price<9 or .='Go']",
	"//book[not(@price)]", "//book[@x:lent]", "//shelf[book]", "//shelf[book/@price=30]", "//shelf[not(book)]", "//book/..", "//book/../@id", "//book/parent::shelf",
	"//num/preceding-sibling::*", "//num/preceding-sibling::*[1]", "//empty/following-sibling::num[2]", "//num[1]/following::*", "//empty/preceding::book",
	"//book/ancestor::*", "//book[1]/ancestor-or-self::*", "/descendant::book[2]", "/shop/descendant-or-self::shelf", "//shelf/child::node()", "//shelf/attribute::id", "self::node()",
	"//book | //num", "//num | //book", "count(//book)", "count(//nothing)", "sum(//num)", "sum(//book/@price)", "string(//book)", "string(/shop/shelf[1])", "string(//nothing)", "string(1.50)", "string(2)", "string(1 div 0)", "string(0 div 0)", "string(true())",
	"number('x')", "number(' 12 ')", "number('.5')", "number(true())", "number(//num)", "1+2*3", "(1+2)*3", "7 mod 3", "-7 mod 3", "7 div 2", "1 - -1", "--1", "- 2 * 3", "2=2.0", "'a'='b'", "1<2", "'1'<'2'", "true()='x'", "//num='-4'", "//num!='-4'", "//num>5", "//nothing=''", "not(//nothing)",
	"concat('a','b','c')", "starts-with('abc','ab')", "contains('abc','d')", "substring-before('a-b','-')", "substring-after('a-b','-')", "substring-after('ab','-')", "substring('12345',2,3)", "substring('12345',1.5,2.6)", "substring('12345',0 div 0,3)", "substring('12345',2)", "substring('12345',-42,1 div 0)",
	"string-length('Söhne')", "string-length(//book)", "normalize-space('  a  b ')", "normalize-space(//num[2])", "translate('bar','abc','AB')", "translate('--aaa--','abc-','ABC')", "boolean(0)", "boolean('0')", "boolean(//book)", "floor(1.7)", "ceiling(1.2)", "round(2.5)", "round(-2.5)",
	"local-name(//x:map)", "name(//x:map)", "namespace-uri(//x:map)", "local-name(//@x:lent)", "name()", "lang('en')", "//book[lang('en')]", "//book[lang('de')]", "id('nothing')",
	"//book[contains(., 'X')]", "//book[starts-with(@price,'3')]", "//*[local-name()='book']", "//*[name()='x:map']", "//shelf[@id mod 2 = 1]", "//shelf[position() mod 2 = 1]", "//shelf[last()-1]", "//book[count(../book)=2]", "//shelf[.//@price=30]", "/shop/*[self::empty or self::num]", "//book[../@id='1'][2]", "//book[2][../@id='1']",
	"/shop/shelf[1]//text()", "//shelf/*[1]/@price", "//div", "/shop/num * 2", "//num/@*", ".//book", "./shop", "..", "//.", "//shelf/.", "/shop/shelf/@id/..", "//book [ 1 ]", "/ shop / num", "div", "mod", "and", "or", "* * *", "//* [self::shelf]", "child::shop", "child :: shop",
	"//a[", "a b", "", "//", "foo()", "count()", "count(1)", "a/@", "$x", "z:y", "//*[", "1 +", "'abc", "/shop/shelf[", "1|2", "(1)/a", "//shelf[@id='1'", "nowhere::a", "contains('a')", "/shop/", "//shelf]", "@", "text(", "comment(1)", "shop//", "a:b:c", "!", "concat('a')",
}

var documents = []string{
	"<!-- c1 -->\n<?pi x?>\n<!DOCTYPE a SYSTEM \"x.dtd\" [\n<!ENTITY e \"v&#38;#38;<q/>\">\n<!ELEMENT n ANY>\n<!ATTLIST n d CDATA \"dd\">\n]>\n<!-- c2 -->\n<a  y='1\"' x=\"&lt;&#10;\t&amp;&gt;é\">\n  <b>t é &amp; &gt; \"q\" 's' &e; </b><c></c><![CDATA[x<y]]>\n</a>\n<!-- end -->\n",
	"<a>\n <b> <c/>x</b>\n <d> </d> <e><![CDATA[ k ]]></e><f><!-- z --></f><g xml:space=\"preserve\"> <h/> </g></a>",
	"<a> <b/> <c/>text <d/> </a>", "<a> <b> </b> &#32; <c/></a>", "<a><!-- x --> <b/></a>", "<a>\n\n</a>", "<a> <![CDATA[]]> <b/> </a>",
	"<!DOCTYPE html PUBLIC \"-//W3C//DTD\" \"http://x\">\n<html/>", "<!DOCTYPE b>\n<a/>", "<!DOCTYPE a [ ]><a/>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a b='&e;&e;'>&e;</a>",
	"<a xmlns=\"u\" z=\"1\" xmlns:p=\"v\" p:q=\"2\"><p:b/></a>", "<p:a xmlns:p=\"u\"><p:b xmlns:p=\"w\"/></p:a>", "<a xml:lang=\"en\"/>", "<a xmlns=''/>",
	"\ufeff<a>x]]&gt;y\r\nz&#13;</a>", "<a>&#x41;&#66;&quot;&apos;</a>", "<a b='&#9;&#10;&#13;'/>", "<a></a >", "<?xml version='1.0' encoding='utf-8'?><a/>", "<a>日本</a>", "<a>\u007f\u0080</a>", "<a><?p?><?q  r ?></a>", "<_a-b.c1/>", "<é/>",
	"<a>", "<a></b>", "", "x", "<a>&u;</a>", "<a b=1/>", "<a b=\"1\" b=\"2\"/>", "<a/><b/>", "<p:a/>", "<a><b></a>", "<a p:x=\"1\"/>", "  <?xml version=\"1.0\"?><a/>", "<a>\u0001</a>", "<a b=\"x<y\"/>", "<a>x]]>y</a>", "<a><!-- x -- y --></a>", "<1/>", "<a b=\"1\"c=\"2\"/>", "<a b/>", "<a b=\"&#0;\"/>", "<a>&amp</a>",
	"<!DOCTYPE a [<!ENTITY l SYSTEM \"file:///etc/hostname\">]><a>&l;</a>", "<a xmlns:p=\"u\" xmlns:q=\"u\" p:x=\"1\" q:x=\"2\"/>", "<a ></a >z", "<![CDATA[x]]>", "<a><!-- x</a>", "<a", "<a b='1", "<a>&</a>",
	"<a xmlns:=''/>", "<a xmlns::='x'/>", "<a xmlns:b:c='x'/>", "<a xmlns:1='u'/>", "<a xmlns:b=''/>", "<a b:='x'/>", "<a :b='x'/>", "<a:/>", "<:a/>", "<:/>", "<a:b:c xmlns:a='x'/>", "<a xmlns:b='u' b:c:d='x'/>", "<a :='x'/>",
	"<a xmlns:xml='u'/>", "<a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>", "<a xmlns='http://www.w3.org/XML/1998/namespace'/>", "<a xmlns:b='http://www.w3.org/XML/1998/namespace'/>",
	"<a xmlns:xmlns='u'/>", "<a xmlns='http://www.w3.org/2000/xmlns/'/>", "<a xmlns='a' xmlns='b'/>", "<a xmlns:b='a' xmlns:b='b'/>", "<xmlns:a/>", "<?a:b c?><a/>",
}

func TestEntitiesDoNotGrowWithoutEnd(t *testing.T) {
	bomb := `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">`
	for c := 'b'; c < 'n'; c++ {
		bomb += `<!ENTITY ` + string(c) + ` "` + strings.Repeat("&"+string(c-1)+";", 10) + `">`
	}
	for _, text := range []string{bomb + `]><a>&m;</a>`, bomb + `]><a b="&m;"/>`, `<!DOCTYPE a [<!ENTITY e "&e;">]><a>&e;</a>`, strings.Repeat("<a>", 100000)} {
		if _, err := Parse([]byte(text), Options{}); err == nil {
			t.Errorf("%.40q was read", text)
		}
	}
	if _, err := CompileXPath(strings.Repeat("(", 1e6)); err == nil {
		t.Error("a million parentheses were read")
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range documents {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc, err := Parse([]byte(text), Options{})
		if err != nil {
			return
		}
		once := doc.Bytes(Style{})
		again, err := Parse(once, Options{})
		if err != nil {
			t.Fatalf("%q is written as %q: %v", text, once, err)
		}
		if twice := again.Bytes(Style{}); !bytes.Equal(once, twice) {
			t.Errorf("%q, and then %q", once, twice)
		}
	})
}

func FuzzXPath(f *testing.F) {
	doc, err := Parse([]byte(sample), Options{})
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range expressions {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { found(doc, text) })
}
