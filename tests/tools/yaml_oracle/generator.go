// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand"
	"strings"
	"unicode/utf16"
)

// maxText is the size limit of a generated file.
const maxText = 4000

// vector is a generated file together with what the reader made of it.
type vector struct {
	text      []byte
	documents []json.RawMessage
	problem   error
	style     string
}

// gen is a source of choices that depends on the seed only.
type gen struct{ r *rand.Rand }

func (g *gen) n(limit int) int       { return g.r.Intn(limit) }
func (g *gen) chance(p float64) bool { return g.r.Float64() < p }

func (g *gen) pick(list ...string) string { return list[g.n(len(list))] }

// level gives a chance: mostly the low one, sometimes the high one or none.
func (g *gen) level(low, high float64) float64 {
	switch g.n(6) {
	case 0:
		return high
	case 1, 2:
		return low
	case 3:
		return low / 2
	}
	return 0
}

// gap is the white space after an indicator.
func (g *gen) gap() string {
	switch {
	case g.chance(0.03):
		return "   "
	case g.chance(0.01):
		return "\t"
	}
	return " "
}

// style is one family of files.
type style struct {
	name   string
	weight int
	make   func(g *gen) string
}

var styles = []style{
	{"policy", 14, (*gen).policyFile},
	{"generic", 10, (*gen).genericFile},
	{"scalar", 12, (*gen).scalarFile},
	{"number", 7, (*gen).numberFile},
	{"timestamp", 4, (*gen).timestampFile},
	{"tag", 10, (*gen).tagFile},
	{"binary", 4, (*gen).binaryFile},
	{"anchor", 6, (*gen).anchorFile},
	{"merge", 7, (*gen).mergeFile},
	{"duplicate", 4, (*gen).duplicateFile},
	{"key", 6, (*gen).keyFile},
	{"escape", 8, (*gen).escapeFile},
	{"fold", 6, (*gen).foldFile},
	{"blockscalar", 9, (*gen).blockScalarFile},
	{"explicitkey", 4, (*gen).explicitKeyFile},
	{"multidoc", 10, (*gen).multiDocFile},
	{"directive", 5, (*gen).directiveFile},
	{"bom", 4, (*gen).bomFile},
	{"utf16", 4, (*gen).utf16File},
	{"json", 7, (*gen).jsonFile},
	{"jsonstream", 7, (*gen).jsonStreamFile},
	{"jsonyaml", 4, (*gen).jsonThenYAMLFile},
	{"bytes", 6, (*gen).bytesFile},
	{"break", 5, (*gen).breakFile},
	{"tab", 4, (*gen).tabFile},
	{"comment", 4, (*gen).commentFile},
	{"set", 3, (*gen).setFile},
	{"indent", 4, (*gen).indentFile},
	{"mutation", 12, (*gen).mutationFile},
	{"soup", 14, (*gen).soupFile},
	{"empty", 1, (*gen).emptyFile},
}

// writeVectors writes the lines of the vectors mode.
func writeVectors(out io.Writer, seed int64, count int) error {
	g := &gen{r: rand.New(rand.NewSource(seed))}
	seen := map[string]bool{}
	for i := 0; i < count; i++ {
		line, err := vectorLine(g.vector(seen))
		if err != nil {
			return err
		}
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func (g *gen) style() style {
	total := 0
	for _, s := range styles {
		total += s.weight
	}
	at := g.n(total)
	for _, s := range styles {
		if at < s.weight {
			return s
		}
		at -= s.weight
	}
	return styles[0]
}

// vector makes one new file. About a quarter of the files should be refused by
// the reader, so a few tries are made to get the wanted outcome.
func (g *gen) vector(seen map[string]bool) vector {
	s := g.style()
	wantProblem := g.chance(0.26)
	for try := 0; ; try++ {
		if try%16 == 15 {
			s = g.style()
		}
		text := s.make(g)
		if !strings.HasPrefix(s.name, "json") && strings.HasPrefix(text, "{") && g.chance(0.85) {
			// A brace at the start selects JSON, which would hide the YAML.
			text = g.pick("---\n", "# c\n", "- ", "x: ") + text
		}
		if len(text) > maxText || seen[text] || ambiguous([]byte(text)) {
			continue
		}
		documents, problem := decodeFile([]byte(text))
		if overflowing(documents) || (problem != nil) != wantProblem && try < 10 {
			continue
		}
		seen[text] = true
		return vector{[]byte(text), documents, problem, s.name}
	}
}

// texts are contents of strings as they may occur in manifests.
var texts = []string{
	"a", "b", "web", "db", "app", "tier", "k8s:app", "k8s:io.kubernetes.pod.namespace", "reserved:host",
	"10.0.0.0/8", "0.0.0.0/0", "fd00::/8", "::/0", "::", "::1", "192.168.1.1", "*.example.com", "api.example.com", "*",
	"80", "443", "8080", "0", "TCP", "UDP", "ANY", "GET", "/api/v1/.*", "/", "^[a-z]+$", "world", "cluster",
	"yes", "no", "on", "y", "n", "true", "false", "null", "~", "", " ", "1.0", "1e3", "0x1f", "010", "-1", "<<", "=",
	"a: b", "a:b", "a #b", "a#b", "#x", "- x", "-x", "-", "? q", "?q", "it's", `say "hi"`, `back\slash`, "{a}", "[a]", "a,b",
	"&x", "*x", "!x", "|", ">", "%d", "@a", "`b`", "a ", " a", "a b", "two  spaces", "one two three four", "tab\there",
	"line one\nline two\n", "line one\n\nline three", "x\n", "x\n\n\n", "\nx", "  lead\nmore", "a\n  b\nc\n", "a\n\n\n  b\n\nc\n",
	"---", "--- x", "...", "a\n---\nb\n", "a\n--- x\nb\n", "ünïcödé", "日本語", "😀", "e\u0301", "<&>", "\u2028", "\u0085", "\u00a0",
	"2001-12-14", "12:30", "1_000", ".inf", ".nan", "nUlL", "TRUE", "Off", "\x01", "\x7f", "\ufeff", "\r", "a\rb",
}

func (g *gen) text() string { return texts[g.n(len(texts))] }

// word is a short harmless text.
func (g *gen) word() string {
	return g.pick("a", "b", "c", "d", "key", "app", "web", "x1", "some-name", "k8s:app")
}

// atoms are plain scalars whose meaning the resolver has to find out.
var atoms = []string{
	"yes", "Yes", "YES", "yEs", "no", "No", "NO", "nO", "on", "On", "ON", "oN", "off", "Off", "OFF", "oFF",
	"y", "Y", "n", "N", "true", "True", "TRUE", "tRUE", "false", "False", "FALSE", "fALSE",
	"null", "Null", "NULL", "nULL", "~", "~~", "", "none", "nil",
	"0", "-0", "+0", "00", "-00", "000", "01", "010", "-010", "+010", "08", "09", "0_8", "018", "-08", "007", "0o17", "0O17", "0o8", "0o", "-0o17", "+0o17",
	"0x1F", "0X1f", "-0x1F", "+0x1f", "0xG", "0x", "0x_1F", "0x1_F", "-0X_f", "0b1", "0B11", "-0b11", "+0b1", "0b2", "0b", "0b1_0", "-0B1", "0b102",
	"1_000", "_1", "1_", "1__0", "-_1", "-1_", "+_1", "1_000.5", "1_e3", "0_", "_", "__", "0_7", "0x_", "._5", ".5_",
	"1", "-1", "+1", "--1", "+-1", "1-", "1+", "12345", "1a", "1 2", "1,2", "1/2",
	"1.0", "1.", "1.5", "+1.5", "-1.5", ".5", "-.5", "+.5", "5.", ".", "..", "-.", "+.", "1.2.3", "1..2", "0.0", "-0.0", "00.5", "01.5", "0.1e1",
	"1e3", "1E3", "1e+3", "1e-3", "1.e3", "1.5e3", ".5e1", "1e", "e3", ".e3", "1e3.5", "1e+", "-1e3", "+1e3", "0e0", "1e0", "08e1", "010e1", "1_0e1",
	"1e20", "1e21", "1e22", "1e-5", "1e-6", "1e-7", "1.5e300", "1e308", "1e309", "1e400", "-1e400", "1e-400", "5e-324", "1e-324", ".1e400",
	".inf", ".Inf", ".INF", ".iNF", "-.inf", "-.Inf", "-.INF", "+.inf", "+.Inf", ".nan", ".NaN", ".NAN", ".nAN", "-.nan", "+.nan",
	"nan", "NaN", "inf", "Inf", "Infinity", "+Inf", "-inf", ".infinity", "0x1p-2", "0x1.8p1", ".0x1", "0x.8p1", ".1p2",
	"1:30", "190:20:30", "1:30.5", "-1:30", "0:0", "1:60", "12:30:45",
	"2147483647", "2147483648", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
	"-9223372036854775809", "18446744073709551615", "18446744073709551616", "+9223372036854775808", "123456789012345678901234567890",
	"-123456789012345678901234567890", "0777777777777777777777", "01777777777777777777777", "02000000000000000000000",
	"0xffffffffffffffff", "0x7fffffffffffffff", "0x10000000000000000", "0b1111111111111111111111111111111111111111111111111111111111111111",
	"0.1", "0.2", "0.3", "123456789.125", "0.000001", "0.0000001", "100000000000000000000.0", "1000000000000000000000.0", "16777217.0", "3.4028236e38", "1.7976931348623157e308",
	"0.1234567890123456789", "3.14159265358979323846", "1e15", "1e16", "1e17", "12345678901234567890.5",
	"2001-12-14", "2001-1-1", "2001-13-01", "2001-02-30", "01-01-01", "2001-12-14T21:59:43Z", "2001-12-14t21:59:43.10-05:00",
	"2001-12-14 21:59:43", "2001-12-14 21:59:43.10 -5", "2001-12-14T21:59:43", "20011214", "2001-12",
	"<<", "=", "<", "<<<", "-a", "?a", ":a", "a:", "::", "a::b", "-:", "?:", "-?", "!", "!a", "*a", "&a", "@a", "`a", "%a", "%", "|", ">", "a|", "a>", "[]", "{}", "[", "]", "{", "}", ",", "a]", "a}", "a,",
	"'", "\"", "''", "\"\"", "a'b", "a\"b", "a'", "'a'", "\"a\"", "'a''b'", "#", "a#", "a #", "a # b", "#a", "---", "...", "--- a", "-", "- a", "- - a", "? a", ": a",
	"\\", "\\n", "/", "a b", "a  b", "é", "日本", "😀",
}

// atom is one plain scalar.
func (g *gen) atom() string {
	if g.chance(0.2) {
		return g.number()
	}
	return atoms[g.n(len(atoms))]
}

// digits gives random digits.
func (g *gen) digits(set string, limit int) string {
	var b strings.Builder
	for i := 1 + g.n(limit); i > 0; i-- {
		b.WriteByte(set[g.n(len(set))])
	}
	return b.String()
}

// number is a random text that looks like a number.
func (g *gen) number() string {
	sign := g.pick("", "", "", "-", "+")
	decimal := "0123456789"
	length := 1 + g.n(6)
	if g.chance(0.3) {
		length = 22
	}
	switch g.n(9) {
	case 0:
		return sign + "0x" + g.digits("0123456789abcdefABCDEF_", min(length, 17))
	case 1:
		return sign + "0" + g.digits("01234567_8", length)
	case 2:
		return sign + "0o" + g.digits("01234567", length)
	case 3:
		return sign + "0b" + g.digits("0101_", length)
	case 4:
		return sign + g.digits(decimal, length) + "." + g.digits(decimal, length)
	case 5:
		return sign + g.digits(decimal, 4) + "." + g.digits(decimal, 8) + g.pick("e", "E") + g.pick("", "-", "+") + g.digits(decimal, 3)
	case 6:
		return sign + g.digits(decimal, length) + g.pick("e", "E") + g.pick("", "-", "+") + g.digits(decimal, 2)
	case 7:
		return sign + g.digits(decimal+"_", length)
	}
	return sign + g.digits(decimal, length)
}

func (g *gen) scalarNode() *node {
	if g.chance(0.25) {
		return verbatim(g.pick("80", "8080", "yes", "null", "~", "", "1.5", "true", "010", "2001-12-14", "0x10"))
	}
	return scalar(g.text())
}

// tree is a generic tree.
func (g *gen) tree(depth int) *node {
	if depth == 0 || g.chance(0.3) {
		return g.scalarNode()
	}
	count := g.n(4)
	if g.chance(0.5) {
		list := seq()
		for i := 0; i < count; i++ {
			list.items = append(list.items, g.tree(depth-1))
		}
		return list
	}
	m := mapping()
	for i := 0; i < count; i++ {
		key := g.word()
		if g.chance(0.2) {
			key = g.text()
		}
		m.put(key, g.tree(depth-1))
	}
	return m
}

func (g *gen) labels() *node {
	m := mapping()
	for i := g.n(3); i >= 0; i-- {
		m.put(g.pick("app", "tier", "k8s:app", "any:env", "reserved.world", "k8s:io.kubernetes.pod.namespace", "app.kubernetes.io/name"),
			scalar(g.pick("web", "db", "frontend", "kube-system", "yes", "1", "")))
	}
	return m
}

func (g *gen) selector() *node {
	m := mapping()
	if g.chance(0.7) {
		m.put("matchLabels", g.labels())
	}
	if g.chance(0.25) {
		expression := mapping().put("key", scalar(g.word())).put("operator", scalar(g.pick("In", "NotIn", "Exists", "DoesNotExist")))
		if g.chance(0.6) {
			expression.put("values", seq(scalar(g.text()), scalar(g.word())))
		}
		m.put("matchExpressions", seq(expression))
	}
	return m
}

func (g *gen) port() *node {
	value := scalar(g.pick("80", "443", "8080", "53", "dns-tcp"))
	if g.chance(0.3) {
		value = verbatim(g.pick("80", "443", "0", "65536", "010", "8_080", "1e3", "0x50", "dns"))
	}
	m := mapping().put("port", value)
	if g.chance(0.7) {
		m.put("protocol", scalar(g.pick("TCP", "UDP", "SCTP", "ANY")))
	}
	if g.chance(0.1) {
		m.put("endPort", verbatim(g.number()))
	}
	return m
}

func (g *gen) rule(from string) *node {
	m := mapping()
	if g.chance(0.5) {
		m.put(from+"Endpoints", seq(g.selector()))
	}
	if g.chance(0.25) {
		m.put(from+"Entities", seq(scalar(g.pick("world", "cluster", "host", "all"))))
	}
	if g.chance(0.25) {
		m.put(from+"CIDRSet", seq(mapping().put("cidr", scalar(g.pick("10.0.0.0/8", "::/0", "fd00::/8"))).put("except", seq(scalar("10.1.0.0/16")))))
	}
	if g.chance(0.15) {
		m.put(from+"FQDNs", seq(mapping().put("matchPattern", scalar("*.example.com"))))
	}
	if g.chance(0.5) {
		ports := mapping().put("ports", seq(g.port()))
		if g.chance(0.3) {
			ports.put("rules", mapping().put("http", seq(mapping().put("method", scalar("GET")).put("path", scalar("/api/v1/.*")))))
		}
		m.put("toPorts", seq(ports))
	}
	return m
}

// policyTree is a policy of Cilium or Kubernetes.
func (g *gen) policyTree() *node {
	m := mapping()
	metadata := mapping().put("name", scalar(g.pick("allow-web", "deny.all", "1", "yes", "x")))
	if g.chance(0.5) {
		metadata.put("namespace", scalar(g.pick("default", "kube-system", "prod")))
	}
	if g.chance(0.2) {
		metadata.put("labels", g.labels())
	}
	if g.chance(0.15) {
		metadata.put("annotations", mapping().put("note", scalar(g.text())))
	}
	spec := mapping()
	if g.chance(0.7) {
		m.put("apiVersion", scalar("cilium.io/v2")).put("kind", scalar(g.pick("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy")))
		if g.chance(0.3) {
			spec.put("description", scalar(g.text()))
		}
		spec.put("endpointSelector", g.selector())
		if g.chance(0.7) {
			spec.put(g.pick("ingress", "ingress", "ingressDeny"), seq(g.rule("from")))
		}
		if g.chance(0.4) {
			spec.put(g.pick("egress", "egress", "egressDeny"), seq(g.rule("to")))
		}
	} else {
		m.put("apiVersion", scalar("networking.k8s.io/v1")).put("kind", scalar("NetworkPolicy"))
		spec.put("podSelector", g.selector()).put("policyTypes", seq(scalar("Ingress"), scalar("Egress")))
		rule := mapping().put("ports", seq(g.port()))
		if g.chance(0.5) {
			rule.put("from", seq(mapping().put("ipBlock", mapping().put("cidr", scalar("10.0.0.0/8"))), mapping().put("podSelector", g.selector())))
		}
		spec.put("ingress", seq(rule))
	}
	m.put("metadata", metadata)
	if g.chance(0.1) {
		return m.put("specs", seq(spec))
	}
	return m.put("spec", spec)
}

func (g *gen) render(n *node) string { return g.newRenderer().document(n) }

func (g *gen) policyFile() string  { return g.render(g.policyTree()) }
func (g *gen) genericFile() string { return g.render(g.tree(3)) }

// frame puts a piece of text at some place where a value may stand.
func (g *gen) frame(piece string) string {
	switch g.n(11) {
	case 0:
		return piece + "\n"
	case 1:
		return "- " + piece + "\n"
	case 2:
		return "[" + piece + "]\n"
	case 3:
		return "x: {a: " + piece + "}\n"
	case 4:
		return "[a, " + piece + " , b]\n"
	case 5:
		return "a:\n  - " + piece + "\n  - b\n"
	case 6:
		return "a:\n  " + piece + "\nb: c\n"
	case 7:
		return piece
	case 8:
		return "x: {a:" + piece + ", b}\n"
	}
	return "a: " + piece + "\n"
}

// frameKey puts a piece of text at some place where a key may stand.
func (g *gen) frameKey(piece string) string {
	switch g.n(7) {
	case 0:
		return "{" + piece + ": v}\n"
	case 1:
		return "? " + piece + "\n: v\n"
	case 2:
		return "- " + piece + ": v\n"
	case 3:
		return "{" + piece + "}\n"
	case 4:
		return "[" + piece + ": v]\n"
	}
	return piece + ": v\n"
}

func (g *gen) scalarFile() string {
	switch g.n(5) {
	case 0:
		return g.frameKey(g.atom())
	case 1:
		var b strings.Builder
		for i := 2 + g.n(4); i > 0; i-- {
			fmt.Fprintf(&b, "k%d: %s\n", i, g.atom())
		}
		return b.String()
	case 2:
		var list []string
		for i := 2 + g.n(4); i > 0; i-- {
			list = append(list, g.atom())
		}
		return "[" + strings.Join(list, g.pick(",", ", ", " , ")) + "]\n"
	case 3:
		return "- " + g.atom() + "\n- " + g.atom() + "\n"
	}
	return g.frame(g.atom())
}

func (g *gen) numberFile() string {
	var b strings.Builder
	for i := 3 + g.n(6); i > 0; i-- {
		b.WriteString("- " + g.number() + "\n")
	}
	if g.chance(0.2) {
		return "{" + g.number() + ": " + g.number() + ", ? " + g.number() + "}\n"
	}
	if g.chance(0.3) {
		return g.tag() + " " + g.number() + "\n"
	}
	return b.String()
}

// timestamp is a text that looks like a date, perhaps with a time.
func (g *gen) timestamp() string {
	date := fmt.Sprintf("%04d%s%s%s%s", 1900+g.n(300), g.pick("-", "-", "-", "/"), g.pick("1", "01", "12", "13", "2", "0"), "-", g.pick("1", "02", "28", "30", "31", "32", "0"))
	if g.chance(0.05) {
		date = g.pick("99-1-1", "20001-01-01", "0000-01-01", "2001-001-01", "2001-1-1-1")
	}
	if g.chance(0.4) {
		return date
	}
	clock := g.pick("1:2:3", "01:02:03", "23:59:59", "24:00:00", "12:60:00", "12:00", "12:00:60", "1:02:3")
	fraction := g.pick("", "", ".5", ".123456789", ".1234567891", ".", ",5")
	zone := g.pick("", "Z", "z", "+01:00", "-05:30", "+1", " +01:00", " Z", "+24:00", "+0100")
	return date + g.pick("T", "t", " ", "  ", "\t") + clock + fraction + zone
}

func (g *gen) timestampFile() string {
	piece := g.timestamp()
	switch g.n(6) {
	case 0:
		piece = "!!timestamp " + piece
	case 1:
		piece = "!!timestamp '" + piece + "'"
	case 2:
		return g.frameKey(piece)
	case 3:
		piece = g.pick("!!str ", "!!int ", "!!float ", "\"", "") + piece
	}
	return g.frame(piece)
}

// tag is one of the tags a file may use.
func (g *gen) tag() string {
	if g.chance(0.15) {
		return g.pick("!<tag:yaml.org,2002:str>", "!<tag:yaml.org,2002:int>", "!<!local>", "!<tag:example.com,2000:x>", "!<tag:yaml.org,2002:binary>",
			"!<>", "!<", "!!", "!a!b", "!!s%74r", "!%21", "!!str!", "!!int,", "!<!>", "!<tag:yaml.org,2002:null>", "!!%zz", "!<%C3%A9>", "!é", "!!STR", "!!Int")
	}
	return g.pick("!!str", "!!str", "!!int", "!!int", "!!float", "!!float", "!!bool", "!!bool", "!!null", "!!null", "!!binary", "!!timestamp",
		"!!map", "!!map", "!!seq", "!!seq", "!!set", "!!omap", "!!pairs", "!!merge", "!!value", "!!yaml", "!local", "!", "!!python/none", "!Ref")
}

func (g *gen) tagFile() string {
	tag := g.tag()
	value := g.pick("''", `""`, "a", "12", "'12'", "1.5", "true", "'true'", "yes", "null", "'null'", "~", "", "[]", "{}", "[a, b]", "{a: b}", "|\n  x\n", "|\n  12\n", "!!str b", "&a b", "*a")
	if g.chance(0.5) {
		value = g.atom()
	}
	if g.chance(0.15) {
		value = "'" + strings.ReplaceAll(g.atom(), "'", "''") + "'"
	}
	switch g.n(12) {
	case 0:
		return "a: " + tag + "\n  b: c\n"
	case 1:
		return tag + "\na: b\n"
	case 2:
		return "a: " + tag + "\n  - b\n"
	case 3:
		return tag + " - b\n"
	case 4:
		return g.frameKey(tag + " " + value)
	case 5:
		return "a: &x " + tag + " " + value + "\nb: *x\n"
	case 6:
		return "a: " + tag + " &x " + value + "\nb: *x\n"
	case 7:
		return "- " + tag + "\n- " + tag + " " + value + "\n"
	}
	return g.frame(tag + " " + value)
}

func (g *gen) base64Text() string {
	length := g.n(7)
	data := make([]byte, length)
	for i := range data {
		data[i] = byte(g.n(256))
		if g.chance(0.6) {
			data[i] = byte(0x20 + g.n(0x5f))
		}
	}
	if g.chance(0.2) {
		data = []byte(g.text())
	}
	return base64.StdEncoding.EncodeToString(data)
}

func (g *gen) binaryFile() string {
	text := g.base64Text()
	switch g.n(12) {
	case 0:
		text = strings.TrimRight(text, "=")
	case 1:
		text += g.pick("=", "*", "a", "==", "-", " ")
	case 2:
		text = g.pick("-_-_", "YQ", "YQ=", "YQ==", "YQ===", "YR==", "Y Q = =", "=", "yes", "null", "~", "12", "1234", "true", "''", "")
	}
	value := text
	switch g.n(6) {
	case 0:
		value = "'" + text + "'"
	case 1:
		value = `"` + text + `"`
	case 2:
		at := len(text) / 2
		return "a: !!binary " + g.pick("|", ">", "|-", ">-") + "\n  " + text[:at] + "\n  " + text[at:] + "\n"
	case 3:
		at := len(text) / 2
		value = `"` + text[:at] + g.pick(" ", `\n`, `\r\n`, `\t`) + text[at:] + `"`
	case 4:
		if g.chance(0.3) {
			value = g.pick("[YQ==]", "{a: b}", "\n  a: b", "\n  - a")
		}
	}
	if g.chance(0.35) {
		return g.frameKey("!!binary " + value)
	}
	return g.frame("!!binary " + value)
}

func (g *gen) anchorFile() string {
	name := g.pick("x", "a", "a-b", "a_b", "1", "é", "a.b", "a:b", "", "a,", "a/b", "x ")
	if g.chance(0.6) {
		name = "x"
	}
	value := g.pick("v", "[1, 2]", "{a: b}", "'q'", "|\n  text\n", "", "12", "!!str 12", "\n  k: v", "\n  - i\n  - j", "\n- i")
	use := g.pick("*"+name, "*"+name, "*x", "[*"+name+" , *"+name+"]", "{k: *"+name+" }", "*"+name+" # c", "*y", "!!str *x", "&y *x", "*x y", "[*x]", "[*x, *x]", "{*x : 1}", "{*x: 1}")
	switch g.n(12) {
	case 0:
		return "a: &" + name + " {b: *" + name + "}\n"
	case 1:
		return "- &" + name + " " + value + "\n- " + use + "\n"
	case 2:
		return "a: &x 1\nb: &x 2\nc: *x\n"
	case 3:
		return "&x k: " + value + "\n*x : v\n"
	case 4:
		return "*x : v\na: &x k\n"
	case 5:
		return "a: &x k\n" + g.pick("*x : v\n", "? *x\n: v\n", "*x: v\n", "b: {*x : v}\n", "b: [*x : v]\n")
	case 6:
		return "&r\na: *r\n"
	case 7:
		return "&r [a, " + g.pick("*r", "b", "[*r]") + "]\n"
	case 8:
		return "a: &x " + value + "\n---\nb: *x\n"
	case 9:
		tree := g.tree(2)
		tree.anchor = "x"
		return g.render(mapping().put("a", tree).put("b", verbatim("*x")).put("c", seq(verbatim("*x"), verbatim("*x"))))
	}
	return "a: &" + name + " " + value + "\nb: " + use + "\n"
}

func (g *gen) mergeFile() string {
	base := "a: &x {p: 1, q: 2}\nb: &y {q: 3, r: 4}\ns: &s [1, 2]\nt: &t text\nl: &l [*x, *y]\nn: &n\n"
	key := g.pick("<<", "<<", "<<", "<<", "<<", "'<<'", `"<<"`, "!!merge <<", "!!str <<", "? <<\n  ", "!!merge '<<'", "!!merge x", "! <<", "&m <<")
	value := g.pick("*x", "*x", "*y", "[*x, *y]", "[*y, *x]", "{q: 9}", "[{q: 9}, *x]", "[]", "{}", "*s", "*t", "*l", "*n", "", "1", "null", "[1]", "[*s]", "[[*x]]", "[*x, 1]",
		"!!map {q: 9}", "{<<: *x, q: 7}", "*z", "[*x, [*y]]", "!!null x", "!!str {q: 9}", "! {q: 9}", "!!null {q: 9}", "~", "!!seq [*x]")
	var body strings.Builder
	lines := []string{key + ": " + value, g.pick("q: own", "p: own", "z: own", "q: ", "'q': own")}
	if g.chance(0.3) {
		lines = append(lines, g.pick("<<: *x", "<<: *y", "q: again", "r: own"))
	}
	g.r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	for _, line := range lines {
		body.WriteString("  " + line + "\n")
	}
	switch g.n(8) {
	case 0:
		return base + "- <<: *x\n"
	case 1:
		return "a: &x\n  b: c\n  <<: *x\n"
	case 2:
		return base + "m: {" + key + ": " + value + ", q: own}\n"
	case 3:
		return g.pick("<<", "- <<", "[<<]", "a: <<", "? <<", "<<: {a: b}", "<<: [{a: b}, {a: c}]", "{<<: {a: b}, a: d}", "{<<}", "<<:", "<<: a", "!!merge a", "a: !!merge <<", "a: !!merge x") + "\n"
	}
	return base + "m:\n" + body.String()
}

func (g *gen) duplicateFile() string {
	m := mapping()
	key := g.pick("a", "b", "spec", "1", "yes", "")
	m.put(key, g.tree(1))
	if g.chance(0.5) {
		m.put("z", g.tree(1))
	}
	m.put(key, g.tree(1))
	if g.chance(0.3) {
		m.putNode(verbatim(g.pick("1", "yes", "true", "1.0", "'1'", "a", "\"a\"", "!!str a", "0x1", "on")), g.tree(1))
	}
	if g.chance(0.4) {
		return g.render(mapping().put("outer", seq(m)))
	}
	if g.chance(0.15) {
		return fmt.Sprintf("{%q: 1, %q: {\"x\": 1}, %q: 2}\n", key, g.word(), key)
	}
	return g.render(m)
}

func (g *gen) keyFile() string {
	piece := g.atom()
	switch g.n(8) {
	case 0:
		piece = g.pick("[a]", "{a: b}", "[]", "{}", "[a, b]", "{}", "[[]]", "!!seq []", "!!map {}")
	case 1:
		piece = g.pick("!!str 1", "!!int 1", "!!float 1", "!!null ''", "!!bool yes", "!!null x", "!local a", "! 1", "!!int '1'", "!!str", "!!null", "!!float 1e3", "!!timestamp 2001-01-01", "!!int 18446744073709551615")
	case 2:
		piece = g.number()
	case 3:
		piece = g.pick(".5", "1.5", "1e3", "0.1", "123456789.0", "16777217.0", "1e38", "1e39", "-1e39", "1e-50", "0.30000001", "1234567.0", "12345678.0", "1e20", "1e21", "1.0", "-0.0", ".inf", "-.inf", ".nan", "3.3333333333333")
	}
	var b strings.Builder
	switch g.n(4) {
	case 0:
		return piece + ": 1\n" + g.word() + ": 2\n"
	case 1:
		fmt.Fprintf(&b, "{%s: 1, %s: 2}\n", piece, g.word())
		return b.String()
	case 2:
		return "a:\n  ? " + piece + "\n  : 1\n"
	}
	return g.frameKey(piece)
}

func (g *gen) escape() string {
	switch g.n(8) {
	case 0:
		return fmt.Sprintf(`\x%02x`, g.n(256))
	case 1:
		return fmt.Sprintf(`\u%04X`, g.n(0x10000))
	case 2:
		return fmt.Sprintf(`\U%08x`, g.n(0x110000))
	case 3:
		return g.pick(`\ud83d\ude00`, `\ud83d`, `\ude00`, `\ude00\ud83d`, `\uD83D\uDE00`, `\U0001F600`, `\U00110000`, `\U0000d83d`, `\uFEFF`, `\uFFFF`, `\uFFFD`, `\U0010FFFF`, `\UFFFFFFFF`, `\u0000`, `\ud83dx`, `\ud83d\n`, `\ud83d\u0041`)
	case 4:
		return g.pick(`\'`, `\q`, `\x1`, `\xg0`, `\u12`, `\u12G4`, `\U1234567`, `\1`, `\ `, `\	`, `\`, `\(`, `\N`, `\n`, `\c`, `\s`, `\$`, `\-`)
	case 5:
		return g.pick("\\\n  ", "\\\r\n  ", "\\ \n", "\n\n ", "\n", "\\\n\\ ")
	}
	return g.pick(`\0`, `\a`, `\b`, `\t`, `\n`, `\v`, `\f`, `\r`, `\e`, `\ `, `\"`, `\/`, `\\`, `\N`, `\_`, `\L`, `\P`)
}

func (g *gen) escapeFile() string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 1 + g.n(4); i > 0; i-- {
		b.WriteString(g.escape())
		b.WriteString(g.pick("", "", "a", " ", "é", "<", "'"))
	}
	b.WriteByte('"')
	switch g.n(6) {
	case 0:
		return g.frameKey(b.String())
	case 1:
		return `{"a":` + b.String() + "}\n"
	case 2:
		return `{` + b.String() + `:"v"}`
	}
	return g.frame(b.String())
}

// foldFile has plain and quoted scalars that go over several lines.
func (g *gen) foldFile() string {
	quote := g.pick("", "", "'", "\"")
	var b strings.Builder
	b.WriteString(quote)
	for i := 2 + g.n(4); i > 0; i-- {
		b.WriteString(g.pick("a", "b c", "x", "it", "#c", "a: b", "- d", "?", "-", "''", "k:", "\\", "é", "...", "---", "[", "%p", "&q", ",", "a #b", "|", ":x"))
		b.WriteString(g.pick(" ", "\n  ", "\n  ", "\n    ", "\n\n  ", "\n  \n  ", "\n \n\n   ", " \n  ", "\t\n  ", "\n\t", "\n", "\n ", "  ", "\n  \t"))
	}
	b.WriteString(g.pick("end", "end", "", "e f"))
	b.WriteString(quote)
	return g.frame(b.String())
}

func (g *gen) blockScalarFile() string {
	header := g.pick("|", ">") + g.pick("", "", "", "-", "+", "2", "1", "-2", "2-", "+1", "1+", "0", "10", "--", "+-", "3", "9", " -", "-+")
	header += g.pick("", "", "", "", " ", " # c", "#c", " x", "\t", "\t# c", "x")
	var b strings.Builder
	base := g.pick("  ", "  ", "  ", " ", "    ", "")
	for i := g.n(6); i > 0; i-- {
		b.WriteString(g.pick(base, base, base, base, base+" ", base+"  ", "", " ", base+"\t"))
		b.WriteString(g.pick("a", "b", "text", "", "", "- x", "k: v", "# no", "---", "...", "\"q", "é", " ", "tail ", "\t", "--- x", "%T", "a\tb"))
		b.WriteString(g.pick("\n", "\n", "\n", "\n", "\n", "\r\n", "\n\n", ""))
	}
	text := b.String()
	after := g.pick("", "", "", "b: c\n", "# c\n", "  # c\n", "\n", "\n\n", "---\nz: 1\n", "...\n", " \n", "- x\n")
	switch g.n(7) {
	case 0:
		return header + "\n" + text + after
	case 1:
		return "- " + header + "\n" + text + g.pick("", "- b\n", "# c\n- d\n")
	case 2:
		return "a:\n  b: " + header + "\n" + strings.ReplaceAll("\n"+text, "\n", "\n  ")[1:] + "\nc: d\n"
	case 3:
		return "? " + header + "\n" + text + ": v\n"
	case 4:
		return "--- " + header + "\n" + text
	}
	return "a: " + header + "\n" + text + after
}

func (g *gen) explicitKeyFile() string {
	m := mapping()
	for i := 1 + g.n(3); i > 0; i-- {
		m.put(g.text(), g.tree(1))
	}
	w := g.newRenderer()
	w.explicit = 0.8
	if g.chance(0.4) {
		return g.pick("? a\n? b\n? c\n", "? a\n", "?\n: b\n", "? a\n: b\n: c\n", "{? a: b}\n", "{? a, ? b: c}\n", "[? a: b]\n", "{?a: b}\n", "?a: b\n", ": b\n", "? : b\n", "{: b}\n", "{a: , b: }\n", "{a, b, c: d}\n", "[: b]\n",
			"? - a\n: b\n", "? a: b\n: c\n", "? |\n  k\n: v\n", "? a\n  b\n: c\n", "- ? a\n  : b\n", "? a\n:\n  - b\n", "? a\n: - b\n", "? \"q\"\n: v\n", "? a # c\n# d\n: b\n", "? ? a\n: b\n", "? &x a\n: *x\n", "?\ta\n:\tb\n",
			"a: b: c\n", "a: - b\n", "- a: b\n  c: d\n -e\n", "[a: b, c: d]\n", "[{a: b}: c]\n", "{[a]: b}\n", "[a, ?]\n", "[? a : b, c]\n", "{? : b}\n", "{a: b: c}\n", "{a b: c}\n", "{\"a\"b: c}\n", "{'a': b}\n", "{\"a\":b}\n", "{a:b}\n", "{a:b, c}\n", "[a:b]\n", "[a:,b]\n", "[\"a\":b]\n") +
			g.pick("", "", "\n", "# c\n", "  \n")
	}
	return w.document(m)
}

// shortDoc is a small document for files with many of them.
func (g *gen) shortDoc() string {
	switch g.n(12) {
	case 0:
		return ""
	case 1:
		return g.pick("# only a comment\n", "\n", "  \n", "null\n", "~\n", "{}\n", "[]\n", "''\n", "\t\n", "|\n  ---\n  x\n")
	case 2:
		return g.pick("a: |\n  ---\n  b\n", "a: \"x\n---\ny\"\n", "a: 'x\n  ---\n  y'\n", "|\n---\n", "a: b\n c\n", "[a,\n---\nb]\n", "a:\n  ---\n", "- ---\n", "a: --- b\n", "a: ---\n", "-- -\n")
	case 3:
		return g.pick("{\"a\": 1}\n", "[1]\n", "text\n", "12\n", "\"q\"\n", "{a: b}")
	case 4:
		return g.render(g.tree(2))
	case 5:
		return g.pick("a: [\n", "a: b: c\n", "\"\n", "a: *x\n", "? [a]\n", ".nan\n", "? ~\n", "!!int x\n", "\x01\n", "@\n", "%x\n", "\ta: b\n", "- a\nb\n")
	}
	return g.pick("a: 1\n", "b: 2\n", "kind: A\n", "- x\n- y\n", "c: d", "e: 1\r\n", "f:\n  g: h\n")
}

func (g *gen) separator() string {
	if g.chance(0.6) {
		return "---\n"
	}
	return g.pick("--- # c\n", "---#c\n", "---  \n", "---\t\n", "---\r\n", "---\t# c\n", "--- a\n", "--- {a: b}\n", "----\n", "---a\n", "--- |\n  x\n", "--- !!map\n", "--- &x\n", "--- \u00a0\n", "---\n---\n", "---\n\n---\n",
		"...\n", "...\n---\n", "... # c\n", "...x\n", "... x\n", "...\n...\n", " ---\n", "\n---\n", "\r---\n", "---\r", "--\n", "--- ---\n", "--- ...\n", "---\u0085", "---\u2028\n", "--- \"a\n", "---\x00\n", "---:\n", "\ufeff---\n", "..\n", "---\n...\n", "--- %a\n", "-- -\n")
}

func (g *gen) multiDocFile() string {
	var b strings.Builder
	if g.chance(0.3) {
		b.WriteString(g.separator())
	}
	if g.chance(0.1) {
		b.WriteString(g.pick("\n", "# head\n", "\n\n", " \n", "\r\n"))
	}
	for i := 1 + g.n(4); i > 0; i-- {
		b.WriteString(g.shortDoc())
		b.WriteString(g.separator())
	}
	b.WriteString(g.shortDoc())
	text := b.String()
	if g.chance(0.1) {
		text = strings.TrimSuffix(text, "\n")
	}
	return text
}

func (g *gen) directiveFile() string {
	line := g.pick("%YAML 1.1", "%YAML 1.2", "%YAML 1.0", "%YAML 2.0", "%YAML 1", "%YAML 1.1.1", "%YAML", "%YAML a.b", "%TAG ! tag:example.com,2000:", "%TAG !! tag:example.com,2000:", "%TAG !e! tag:example.com,2000:",
		"%TAG !e! tag:yaml.org,2002:", "%TAG ! tag:yaml.org,2002:", "%TAG !e tag:x", "%TAG", "%FOO bar", "%", "%YAML 1.1 # c", "%YAML 1.1 x", "% YAML 1.1", "%TAG !! !", "%TAG ! !x")
	if g.chance(0.2) {
		line += "\n" + g.pick("%YAML 1.1", "%TAG !e! tag:a", "%TAG !! tag:b")
	}
	body := g.pick("a: b\n", "a: !str 12\n", "a: !e!str 12\n", "a: !!str 12\n", "a: !!int x\n", "- !x y\n", "!e!int 12\n", "a: !<tag:x> y\n", "a: !f!x y\n")
	switch g.n(9) {
	case 0:
		return line + "\n---\n" + body
	case 1:
		return line + "\r---\r" + body
	case 2:
		return line + "\u0085--- " + body
	case 3:
		return body + "---\n" + line + "\n---\n" + body
	case 4:
		return "---\n" + line + "\n" + body
	case 5:
		return body + "...\n" + line + "\n---\n" + body
	case 6:
		return line + "\n" + body
	case 7:
		return g.pick("a:\n  %x", "a: %x", "%x: y", "- %x", "[\n%x]", "a\n%b", "a:\n%b: c", "\"a\n%b\"", "|\n %a\n%b", " %a: b") + "\n"
	}
	return line + g.pick("\r", "\u2028", "\r\r") + g.pick("---\r", "--- ", "---\u0085") + body
}

const utf8Mark = "\xef\xbb\xbf"

func (g *gen) bomFile() string {
	body := g.pick("a: b\n", "{\"a\": 1}", "- x\n", "---\na: b\n", "# c\na: b\n", "", "\n", "%YAML 1.1\n---\na: b\n")
	switch g.n(9) {
	case 0, 1:
		return utf8Mark + body
	case 2:
		return utf8Mark + utf8Mark + body
	case 3:
		return "a: b\n---\n" + utf8Mark + body
	case 4:
		return "---\n" + utf8Mark + body
	case 5:
		return g.pick(" ", "\n", "# c\n", "{}") + utf8Mark + body
	case 6:
		return "a: \"" + utf8Mark + "x\"\nb: " + utf8Mark + "y\nc" + utf8Mark + ": " + g.pick("", "|\n  "+utf8Mark) + "z\n"
	case 7:
		return "a: b\n" + utf8Mark + body
	}
	return "a: b\n" + utf8Mark + "---\n" + body
}

// utf16Text encodes a text in UTF-16.
func utf16Text(text string, little bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		if little {
			b.WriteByte(byte(unit))
			b.WriteByte(byte(unit >> 8))
		} else {
			b.WriteByte(byte(unit >> 8))
			b.WriteByte(byte(unit))
		}
	}
	return b.String()
}

func (g *gen) utf16File() string {
	body := g.pick("a: b\n", "{\"a\": \"é\"}", "kind: 日本\n---\nb: 😀\n", "- x\r\n- y\r\n", "", "a: \u2028\n", "\ufeffa: b\n", "a: [\n", "a: \"\\u0000\"\n", "[1, 2]")
	if g.chance(0.3) {
		body = g.render(g.tree(2))
	}
	little := g.chance(0.5)
	mark := "\ufeff"
	if g.chance(0.15) {
		mark = ""
	}
	text := utf16Text(mark+body, little)
	switch g.n(14) {
	case 0:
		return text + g.pick("\x00", "a")
	case 1:
		if little {
			return text + "\x3d\xd8"
		}
		return text + "\xd8\x3d"
	case 2:
		if little {
			return text + "\x00\xdca\x00"
		}
		return text + "\xdc\x00\x00a"
	case 3:
		var b strings.Builder
		for _, c := range mark + body {
			if little {
				b.WriteString(string([]byte{byte(c), byte(c >> 8), byte(c >> 16), 0}))
			} else {
				b.WriteString(string([]byte{0, byte(c >> 16), byte(c >> 8), byte(c)}))
			}
		}
		return b.String()
	case 4:
		return "a: b\n---\n" + text
	case 5:
		return g.pick("\xff\xfe", "\xfe\xff", "\xff", "\xfe", "\xff\xfea", "\xef\xbb", "\xef")
	}
	return text
}

// jsonText writes a tree as JSON with odd white space.
func (g *gen) jsonText(depth int) string {
	space := func() string { return g.pick("", "", "", " ", "\n", "\t", "\r\n  ") }
	text := func() string {
		if g.chance(0.25) {
			return `"` + g.pick(`\ud83d\ude00`, `\ud83d`, `\ude00`, `\u0000`, `\/`, `\u00e9`, `\b\f\n\r\t`, `\"\\`, `<&>`, "\u2028", "é", "\x7f", `\u003c`, `\uD83Dx`, `\u2028`, `\ud83d\ud83d`, "😀", "\u0085") + `"`
		}
		encoded, _ := json.Marshal(g.text())
		return string(encoded)
	}
	if depth == 0 || g.chance(0.3) {
		if g.chance(0.4) {
			return text()
		}
		return g.pick("1", "-1", "0", "-0", "1.0", "1.50", "1e3", "1E+3", "true", "false", "null", "[]", "{}", "0.1", "123456789012345678901234567890", "1e999", "9223372036854775808", "-0.0", "1e-7", "100000000000000000000000.0")
	}
	var b strings.Builder
	count := g.n(4)
	object := g.chance(0.6)
	b.WriteString(map[bool]string{true: "{", false: "["}[object] + space())
	for i := 0; i < count; i++ {
		if i > 0 {
			b.WriteString("," + space())
		}
		if object {
			b.WriteString(text() + space() + ":" + space())
		}
		b.WriteString(g.jsonText(depth-1) + space())
	}
	b.WriteString(map[bool]string{true: "}", false: "]"}[object])
	return b.String()
}

func (g *gen) jsonObject() string {
	return "{" + g.pick("", " ", "\n\t") + `"` + g.pick("a", "kind", "z", "") + `":` + g.pick("", " ", "\t") + g.jsonText(2) + g.pick("", "", `,"a":1`, "\n") + "}"
}

func (g *gen) jsonFile() string {
	switch g.n(8) {
	case 0:
		return g.jsonText(3) + g.pick("", "\n")
	case 1:
		return g.pick(" ", "\n", "\t", "\r\n", "\u00a0", "\u0085", "\v", "\f", "\u2028", "\ufeff", "// c\n", "# c\n", "\x00") + g.jsonObject()
	case 2:
		return g.pick(`{a: 1}`, `{'a': 1}`, `{"a": 1,}`, `{"a" 1}`, `{"a": 01}`, `{"a": .5}`, `{"a": 1.}`, `{"a": +1}`, `{"a": NaN}`, `{"a": yes}`, `{"a": "x`, `{"a": [1,]}`, `{"a": 1`, `{`, `{}`, `{ }`, `{"a": 1e}`, `{"a": 0x1}`, `{"a": 'x'}`, `{"a":tru}`, `{,}`, `{"a"}`, `{"a":}`, `{1: 2}`, `{null: 1}`, `{"a": 1; }`, `{"a": /**/ 1}`, `{"a": &x 1}`, `{"a": !!str 1}`, `{{"a": 1}}`, `{"a": {b: 1}}`, `{"a": -}`, `{"a": 1} # c`, "{\"a\": 1}\n# c\n", `{"a": "\x41"}`, `{"a": "\u12"}`, `{"a": "\'"}`) + g.pick("", "\n", " ")
	case 3:
		return `{"a":"` + g.pick("\t", "\n", "\x01", "\x00", "\x7f", "\xff", "\xc3", "\u0085", "\u2028", "\xed\xa0\x80", "\xf5\x80\x80\x80", `\u0001`, `\ud800`, `\uDFFF\uD800`) + `"}`
	case 4:
		return "[" + g.jsonObject() + g.pick(",", ",\t", ", ", ",\n") + g.jsonText(1) + g.pick("", ",") + "]" + g.pick("", "\n", "\n---\n"+g.jsonObject(), "x", g.jsonObject())
	}
	return g.jsonObject() + g.pick("", "\n", "\n\n", " \t\n")
}

func (g *gen) jsonStreamFile() string {
	var b strings.Builder
	for i := 2 + g.n(2); i > 0; i-- {
		b.WriteString(g.jsonObject())
		b.WriteString(g.pick("", "\n", " ", "\t", "\r\n", "\n\n", "", "\n", ",", "\x00", "\u00a0", "null", "\nnull\n", "[]", "1", " 1 2 ", "\"s\"", "true", "x", ";", "\n---\n", "\v", "\u2028", "}", "]", "#c\n", "-1", "01", "\ufeff"))
	}
	return b.String()
}

func (g *gen) jsonThenYAMLFile() string {
	switch g.n(5) {
	case 0:
		return g.shortDoc() + "---\n" + g.jsonObject() + g.pick("\n", "") + g.pick("---\na: 1\n", "", g.jsonObject(), "\n---\n"+g.jsonObject())
	case 1:
		return "---\n" + g.jsonObject() + g.pick("\n", "\n---\n", "\n...\n", "\n---\n"+g.jsonObject()+"\n", g.jsonObject(), "\n# c\n")
	case 2:
		return g.jsonObject() + g.pick("\n...\n", "\n--- # c\n", "\n# c\n", "\na: b\n", " - x")
	case 3:
		return "# c\n" + g.jsonObject() + g.pick("", "\n---\na: b\n", "\n", g.jsonObject())
	}
	return g.jsonObject() + "\n---\n" + g.shortDoc()
}

func (g *gen) bytesFile() string {
	odd := g.pick("\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\u0080", "\u0084", "\u0085", "\u009f", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u2029", "\ufeff", "\ufffd", "\ufffe", "\uffff", "\U0001ffff", "\U0010ffff", "\U000e0001",
		"\x80", "\xff", "\xfe", "\xc3", "\xc0\x80", "\xc1\xbf", "\xe2\x82", "\xe0\x80\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3\x28", "\xe2\x28\xa1", "\xf0\x28\x8c\xbc", "\xf0\x9f\x28", "\xff\xff\xff", "\xc3\xc3\xa9")
	if g.chance(0.1) {
		odd = string([]byte{byte(g.n(256)), byte(128 + g.n(128)), byte(128 + g.n(128))})
	}
	switch g.n(12) {
	case 0:
		return odd + "a: b\n"
	case 1:
		return "a: b\n" + odd
	case 2:
		return "a" + odd + "c: b\n"
	case 3:
		return "a: '" + odd + "'\n"
	case 4:
		return "a: \"x" + odd + "y\"\n"
	case 5:
		return "# " + odd + "\na: b\n"
	case 6:
		return "a: |\n  x" + odd + "y\n  z\n"
	case 7:
		return "[a, " + odd + "]\n"
	case 8:
		return "a: b\n---\nc: " + odd + "\n---\nd: e\n"
	case 9:
		return "a: b\n...\n" + odd + "\n"
	case 10:
		return "a: b" + odd + "\nc: d\n"
	}
	return g.frame("x" + odd)
}

// breakFile has line breaks of all kinds.
func (g *gen) breakFile() string {
	text := g.pick("a: b\nc: d\n", "- a\n- b\n", "a: |\n  x\n  y\n\nb: c\n", "a: >\n  x\n  y\n\n  z\n", "a: \"x\n  y\n\n  z\"\n", "a: x\n  y\n\n  z\n", "# c\na: b\n", "a: 'x\n\n  y'\n", "[a,\n b]\n", "a: b\n---\nc: d\n", "a: b # c\nd: e\n", "? a\n: b\n", "a:\n  b: c\n")
	if g.chance(0.3) {
		text = g.render(g.tree(2))
	}
	if g.chance(0.35) {
		return strings.ReplaceAll(text, "\n", g.pick("\r\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\n\r"))
	}
	var b strings.Builder
	for _, c := range text {
		if c == '\n' {
			b.WriteString(g.pick("\n", "\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029", "\r\r\n"))
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

func (g *gen) tabFile() string {
	if g.chance(0.5) {
		return g.pick("a:\tb\n", "a: b\t# c\n", "a: b\t\n", "a:\t\n  b: c\n", "a:\n\tb: c\n", "\ta: b\n", "-\ta\n", "-\ta: b\n", "- \ta\n", "a:\n  - b\n\t- c\n", "a: [\tb,\tc\t]\n", "{\ta:\tb\t}\n", "a: [\n\tb\n\t]\n", "a: 'x\n\ty'\n", "a: \"x\n\ty\"\n", "a: x\n\ty\n", "a: |\n\tx\n", "a: |\n  x\n\ty\n", "a: |\n  \tx\n", "a: |2\n\t x\n",
			"\t\n", "a: b\n\t\nc: d\n", "a: b\n \t \nc: d\n", "?\ta\n:\tb\n", "a\t: b\n", "a:\t|\n  x\n", "&x\ta: b\n", "!!str\ta: b\n", "a: !!str\tb\n", "a: &x\tb\n", "\t# c\na: b\n", "a:\n  b: c\n  \td: e\n", "---\t\na: b\n", "a: b\t c\n", "a: >\n  x\n  \ty\n  z\n", "\t{}\n", "\t{\"a\": 1}\n", "\t[]\n", "\"a\"\t: b\n", "a:\t- b\n", "- -\tb\n", "a: b\n\t# c\n", "\"a\": \tb\n", "[\n\ta\n]\n", "{\n\t\"a\": 1\n}\n") + g.pick("", "", "z: 1\n", "\n", "\t")
	}
	text := g.render(g.tree(2))
	spaces := strings.Count(text, " ")
	if spaces == 0 {
		return text + "\t"
	}
	at := g.n(spaces)
	var b strings.Builder
	for _, c := range []byte(text) {
		if c == ' ' {
			if at == 0 {
				c = '\t'
			}
			at--
		}
		b.WriteByte(c)
	}
	return b.String()
}

func (g *gen) commentFile() string {
	w := g.newRenderer()
	w.comment = 0.5
	w.blank = 0.3
	if g.chance(0.4) {
		return g.pick("#\n", "# a", "a: b #\n", "a: b # c", "a: #b\n", "a: # b\n  c\n", "a:#b\n", "a: 'x'#c\n", "a: \"x\"#c\n", "a: 'x' #c\n", "[a #c\n, b]\n", "[a, #c\n b]\n", "[a,#c\n b]\n", "{a: b #c\n}\n", "- #c\n  a\n", "-#c\n", "? #c\n a\n: b\n", "a: | #c\n  x\n", "a: |#c\n  x\n", "a: x\n#c\n  y\n", "a: x\n  #c\n  y\n", "a: x #c\n  y\n", "a: 'x\n  #c\n  y'\n", "&x #c\na: b\n", "!!map #c\na: b\n", "a: !!str #c\n  b\n", "*x #c\n", "a: &x #c\nb: *x\n", "# c\r\na: b\r\n", "#c\ra: b\n", "#\u0085a: b\n", "# \U0001f600\na: b\n", "a: b\n # c\n  # d\nc: d\n", "a:\n# c\n  b: c\n    # d\n", "a: [ # c\n  b ] # d\n", "[]#c\n", "{}#c\n", "[] #c\n", "a:\n  - b\n# c\n  - d\n", "%#\n", "---#c\na: b\n", "... #c\na: b\n", "...#c\n", "a: b\n...#c\n") + g.pick("", "", "# z\n", "z: 1\n", "#")
	}
	return w.document(g.tree(3))
}

func (g *gen) setFile() string {
	tag := g.pick("!!set", "!!set", "!!omap", "!!pairs", "!!seq", "!!map", "!!set ")
	return g.pick("", "s: ", "- ") + tag + g.pick(" {a, b}\n", " {a: 1}\n", "\n  ? a\n  ? b\n", " {}\n", "\n  - a: 1\n  - b: 2\n", " [a: 1]\n", " [a, b]\n", " a\n", "\n", " null\n", "\n  a: ~\n", " ''\n", " {? a, ? b}\n", " {1, 2}\n", " {~}\n", " [[a, b]]\n") + g.pick("", "", "t: 1\n", "- 2\n")
}

// indentFile plays with the columns of lines.
func (g *gen) indentFile() string {
	var b strings.Builder
	for i := 2 + g.n(5); i > 0; i-- {
		b.WriteString(strings.Repeat(" ", g.n(4)))
		b.WriteString(g.pick("a: b", "a:", "b:", "- x", "-", "- a: b", "- - c", "c", "d: [", "]", "e: |", "f: >", "- |", "? g", ": h", "# c", "", "i: j", "{}", "- k:", "l: 'm", "n'", "---", "...", "o: !!map", "p: &q", "- r: s"))
		b.WriteByte('\n')
	}
	return b.String()
}

func (g *gen) mutationFile() string {
	text := g.policyFile()
	if g.chance(0.7) {
		text = g.render(g.tree(3))
	}
	if g.chance(0.1) {
		text = g.jsonObject()
	}
	bytes := []byte(text)
	for i := 1 + g.n(2); i > 0 && len(bytes) > 0; i-- {
		at := g.n(len(bytes))
		piece := g.pick(":", " ", "\n", "-", "[", "]", "{", "}", ",", "'", "\"", "#", "&", "*", "!", "|", ">", "%", "@", "?", "\t", "\\", "  ", "\n\n", "---", "a", "1", "~", "\r", "\x00", "é", ": ", " #")
		tail := string(bytes[at:])
		switch g.n(6) {
		case 0:
			bytes = append(bytes[:at], tail[1:]...)
		case 1:
			bytes = bytes[:at]
		case 2:
			bytes = append(append(bytes[:at], piece...), tail[1:]...)
		case 3:
			end := strings.IndexByte(tail, '\n') + 1
			bytes = append(append(bytes[:at], tail[:end]...), tail...)
		default:
			bytes = append(append(bytes[:at], piece...), tail...)
		}
	}
	return string(bytes)
}

// soupFile is a random sequence of tokens.
func (g *gen) soupFile() string {
	tokens := []string{"a", "b", "1", "k", ": ", ":", "- ", "-", "? ", "?", ", ", ",", "[", "]", "{", "}", "\n", "\n", "\n", "\n  ", "\n  ", "\n ", "\n    ", " ", "  ", "\t", "#", " # c\n", "'", "\"", "'q'", "\"q\"", "|\n", ">\n", "|-\n  ", "|2\n",
		"&x ", "*x", "*x ", "!!str ", "! ", "!t ", "<<: ", "%", "@", "`", "\n---\n", "\n...\n", "\\", "\r\n", "\r", "a: ", "a: b", "- a", "~", "[a]", "{a: b}", "!!map ", "&y", ": v", "...", "---", "é"}
	var b strings.Builder
	for i := 2 + g.n(11); i > 0; i-- {
		b.WriteString(tokens[g.n(len(tokens))])
	}
	if g.chance(0.6) {
		b.WriteByte('\n')
	}
	return b.String()
}

func (g *gen) emptyFile() string {
	return g.pick("", "\n", " ", "\t", "---", "---\n", "...", "...\n", "# c", "# c\n", "null", "~\n", "---\n---\n", "\r\n", "\r", "\u00a0", "\u0085", "--- # c", "---\n...\n---\n", "{}", "[]", "''", "\"\"", "\x00", utf8Mark, "---\n# c\n---\n", "!!null", "!!str", "&a", "|", ">\n", "-", "?", ":", "- ", "? ", ": ", "--", "..", "--- ", "---\t", "\n\n\n---\n\n\n", "nUll", "!", "!!map", "!!seq") +
		strings.Repeat(g.pick("", "", " ", "\n"), g.n(3))
}
