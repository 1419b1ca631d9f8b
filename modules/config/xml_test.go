package config

import (
	"testing"

	mt "goplay/modules/modulestest"
)

const xmlSample = `<?xml version="1.0" encoding="UTF-8"?>
<!-- ours -->
<business type="bar">
  <name>Tasty Beverage Co.</name>
  <beers>
    <beer>Rochefort 10</beer>
    <beer>St. Bernardus Abbot 12</beer>
    <!-- more -->
    <beer>Schlitz</beer>
  </beers>
  <rating subjective="true">10</rating>
  <website>
    <mobilefriendly/>
    <address>http://tastybeverageco.com</address>
  </website>
</business>
`

const xmlSpaces = `<r:business xmlns:r="http://test.business" xmlns:attr="http://test.attribute" xmlns="http://test.default" type="bar"><r:name>T</r:name><rating attr:subjective="true">10</rating><r:beers/></r:business>`

var xmlNamespaces = mt.Args{"r": "http://test.business", "a": "http://test.attribute", "d": "http://test.default", "new": "http://test.new"}

func xmlCase(name string, args mt.Args) mt.Case {
	args["path"] = "{dir}/f.xml"
	return mt.Case{Name: name, Module: general + "xml", Files: mt.Files{"f.xml: " + xmlSample}, Args: args}
}

func xmlSpaced(name string, args mt.Args) mt.Case {
	c := xmlCase(name, args)
	c.Files = mt.Files{"f.xml: " + xmlSpaces}
	args["namespaces"] = xmlNamespaces
	return c
}

func xmlCases() []mt.Case {
	beer := func(s string) mt.Args { return mt.Args{"beer": s} }
	notXML := mt.Case{Name: "not XML", Module: general + "xml", Files: mt.Files{"f.xml: <a></b>"}, Args: mt.Args{"path": "{dir}/f.xml", "xpath": "/a", "value": "1"}}
	return []mt.Case{
		xmlCase("value", mt.Args{"xpath": "/business/rating", "value": "11"}),
		xmlCase("value there", mt.Args{"xpath": "/business/rating", "value": "10"}),
		xmlCase("value checked", mt.Args{"xpath": "/business/rating", "value": "11"}).Checked(),
		xmlCase("value of several", mt.Args{"xpath": "/business/beers/beer", "value": "x"}),
		xmlCase("value not ASCII", mt.Args{"xpath": "/business/name", "value": "Ä & <B>"}),
		xmlCase("value of what is made", mt.Args{"xpath": "/business/owner/first", "value": "Ann"}),
		xmlCase("attribute", mt.Args{"xpath": "/business/rating", "attribute": "subjective", "value": "false"}),
		xmlCase("attribute there", mt.Args{"xpath": "/business/rating", "attribute": "subjective", "value": "true"}),
		xmlCase("new attribute", mt.Args{"xpath": "/business/rating[text()='10']", "attribute": "by", "value": "a\"b"}),
		xmlCase("relative expression", mt.Args{"xpath": "rating", "value": "12"}),
		xmlCase("backup", mt.Args{"xpath": "/business/rating", "value": "11", "backup": true}),
		xmlCase("pretty", mt.Args{"xpath": "/business/rating", "value": "11", "pretty_print": true}),
		xmlCase("only pretty", mt.Args{"pretty_print": true}),
		xmlCase("add children", mt.Args{"xpath": "/business/beers", "add_children": []any{beer("Old Rasputin"), "water", mt.Args{"wine": mt.Args{"year": "1999", "_": []any{"red", mt.Args{"dry": "no"}}}}}}),
		xmlCase("add children to several", mt.Args{"xpath": "/business/*", "add_children": []any{"x"}}),
		xmlCase("add children to nothing", mt.Args{"xpath": "/business/nothing", "add_children": []any{"x"}}),
		xmlCase("add children pretty", mt.Args{"xpath": "/business/beers", "add_children": []any{beer("Old Rasputin")}, "pretty_print": true}),
		xmlCase("add children as XML", mt.Args{"xpath": "/business/beers", "add_children": []any{"<beer a='1'>Old <b>Rasputin</b></beer>"}, "input_type": "xml"}),
		xmlCase("insert before", mt.Args{"xpath": "/business/beers/beer", "add_children": []any{beer("a"), beer("b")}, "insertbefore": true}),
		xmlCase("insert after", mt.Args{"xpath": "/business/beers/beer", "add_children": []any{beer("a"), beer("b")}, "insertafter": true}),
		xmlCase("insert after one", mt.Args{"xpath": "/business/beers/beer[1]", "add_children": []any{beer("a")}, "insertafter": true}),
		xmlCase("set children", mt.Args{"xpath": "/business/beers", "set_children": []any{beer("90 Minute IPA"), beer("Harvest Pumpkin Ale")}}),
		xmlCase("set children there", mt.Args{"xpath": "/business/beers", "set_children": []any{beer("Rochefort 10"), beer("St. Bernardus Abbot 12"), beer("Schlitz")}}),
		xmlCase("set children to none", mt.Args{"xpath": "/business/beers", "set_children": []any{}}),
		xmlCase("set children as XML", mt.Args{"xpath": "/business/website", "set_children": []any{"<mobilefriendly/>", "<address>http://tastybeverageco.com</address>"}, "input_type": "xml"}),
		xmlCase("count", mt.Args{"xpath": "/business/beers/beer", "count": true}),
		xmlCase("count none", mt.Args{"xpath": "/business/nothing", "count": true}),
		xmlCase("print match", mt.Args{"xpath": "//beer|//rating", "print_match": true}),
		xmlCase("text", mt.Args{"xpath": "/business/beers/beer", "content": "text"}).Differing("a text here", "msg"),
		xmlCase("attributes", mt.Args{"xpath": "/business/rating", "content": "attribute"}).Differing("a text here", "msg"),
		xmlCase("text of nothing", mt.Args{"xpath": "/business/nothing", "content": "text"}),
		xmlCase("absent", mt.Args{"xpath": "/business/beers/beer[2]", "state": "absent", "pretty_print": false}),
		xmlCase("absent attribute", mt.Args{"xpath": "/business/rating/@subjective", "state": "absent", "pretty_print": false}),
		xmlCase("absent already", mt.Args{"xpath": "/business/nothing", "state": "absent", "pretty_print": false}),
		xmlCase("absent root", mt.Args{"xpath": "/business", "state": "absent", "pretty_print": false}),
		xmlCase("there with a text", mt.Args{"xpath": "/business/owner/text()='Ann'", "pretty_print": true}),
		xmlCase("there with an attribute", mt.Args{"xpath": "/business/rating/@by='x'", "pretty_print": true}),
		xmlCase("there with conditions", mt.Args{"xpath": "/business/owner[@id='1' and text()='Ann']", "pretty_print": true}),
		xmlCase("there already", mt.Args{"xpath": "/business/website/mobilefriendly", "pretty_print": true}),
		xmlCase("cannot be made", mt.Args{"xpath": "/business/owner[1]/..", "value": "x"}),
		xmlCase("bad expression", mt.Args{"xpath": "/business[", "value": "x"}),
		xmlCase("unknown prefix", mt.Args{"xpath": "/q:business", "value": "x"}),
		xmlCase("unknown prefix to make", mt.Args{"xpath": "/business/q:x/@y", "value": "x"}),
		xmlCase("two at once", mt.Args{"xpath": "/business", "value": "x", "count": true}),
		xmlCase("nothing asked", mt.Args{"xpath": "/business"}),
		xmlCase("no expression", mt.Args{"value": "x"}),
		xmlSpaced("spaces value", mt.Args{"xpath": "/r:business/d:rating", "value": "11"}),
		xmlSpaced("spaces attribute", mt.Args{"xpath": "/r:business/d:rating", "attribute": "a:subjective", "value": "false"}),
		xmlSpaced("spaces new attribute", mt.Args{"xpath": "/r:business/d:rating", "attribute": "new:x", "value": "1"}),
		xmlSpaced("spaces made", mt.Args{"xpath": "/r:business/r:beers/new:beer/d:x", "value": "1"}),
		xmlSpaced("spaces text", mt.Args{"xpath": "//d:rating", "content": "text"}).Differing("a text here", "msg"),
		xmlSpaced("spaces attributes", mt.Args{"xpath": "//d:rating", "content": "attribute"}).Differing("a text here", "msg"),
		xmlSpaced("spaces match", mt.Args{"xpath": "//*", "print_match": true}),
		xmlSpaced("spaces forgotten", mt.Args{"xpath": "/business/rating", "value": "1"}),
		xmlSpaced("spaces absent", mt.Args{"xpath": "//d:rating/@a:subjective", "state": "absent", "pretty_print": false}),
		xmlSpaced("spaces set children", mt.Args{"xpath": "/r:business", "set_children": []any{"<x xmlns='http://test.default' xmlns:q='http://test.business'><q:y/></x>"}, "input_type": "xml"}),
		{Name: "string", Module: general + "xml", Args: mt.Args{"xmlstring": "<a><b>1</b></a>", "xpath": "/a/b", "value": "2"}},
		{Name: "string there", Module: general + "xml", Args: mt.Args{"xmlstring": "<a><b>1</b></a>", "xpath": "/a/b", "value": "1"}},
		{Name: "string pretty", Module: general + "xml", Args: mt.Args{"xmlstring": "<a><b>1</b></a>", "pretty_print": true}},
		{Name: "no file", Module: general + "xml", Args: mt.Args{"path": "{dir}/none", "xpath": "/a", "value": "1"}},
		{Name: "CDATA", Module: general + "xml", Files: mt.Files{"f.xml: <a><b><![CDATA[<x>]]></b><c/></a>"}, Args: mt.Args{"path": "{dir}/f.xml", "xpath": "/a/c", "value": "1"}},
		{Name: "CDATA stripped", Module: general + "xml", Files: mt.Files{"f.xml: <a><b><![CDATA[<x>]]></b><c/></a>"}, Args: mt.Args{"path": "{dir}/f.xml", "xpath": "/a/c", "value": "1", "strip_cdata_tags": true}},
		notXML.Differing("Ansible names the file a second time", "msg"),
	}
}

func TestXML(t *testing.T) {
	cases := xmlCases()
	t.Run("conform", func(t *testing.T) {
		var settled []mt.Case
		for _, c := range cases {
			if c.Args["add_children"] != nil || c.Args["xmlstring"] != nil || c.Name == "absent" || c.Name == "there with a text" {
				c = c.Changing()
			}
			settled = append(settled, c)
		}
		mt.Conform(t, settled)
	})
	mt.Compare(t, cases)
}
