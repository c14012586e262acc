// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

type kind int

const (
	scalarNode kind = iota
	verbatimNode
	seqNode
	mapNode
)

// node is a tree to be rendered. A scalar node has its wanted text, and the
// renderer picks a style for it. A verbatim node is written as it stands.
type node struct {
	kind   kind
	text   string
	keys   []*node
	items  []*node
	tag    string
	anchor string
}

func scalar(text string) *node   { return &node{kind: scalarNode, text: text} }
func verbatim(text string) *node { return &node{kind: verbatimNode, text: text} }
func seq(items ...*node) *node   { return &node{kind: seqNode, items: items} }
func mapping() *node             { return &node{kind: mapNode} }

func (n *node) put(key string, value *node) *node {
	return n.putNode(scalar(key), value)
}

func (n *node) putNode(key, value *node) *node {
	n.keys = append(n.keys, key)
	n.items = append(n.items, value)
	return n
}

// renderer writes trees as YAML text. The fields are the chances with which it
// takes each style. It aims at legal YAML but does not insist on it.
type renderer struct {
	g        *gen
	out      strings.Builder
	step     int
	flow     float64
	quote    float64
	block    float64
	comment  float64
	blank    float64
	explicit float64
	fold     float64
	reckless float64
	indentIn bool
}

func (g *gen) newRenderer() *renderer {
	w := &renderer{g: g, step: 2, indentIn: g.chance(0.5)}
	if g.chance(0.2) {
		w.step = 1 + g.n(5)
	}
	w.flow = g.level(0.15, 0.5)
	w.quote = g.level(0.2, 0.9)
	w.block = g.level(0.1, 0.6)
	w.comment = g.level(0.03, 0.3)
	w.blank = g.level(0.03, 0.2)
	w.explicit = g.level(0.01, 0.3)
	w.fold = g.level(0.05, 0.3)
	w.reckless = g.level(0.01, 0.1)
	return w
}

func (w *renderer) pad(indent int) { w.out.WriteString(strings.Repeat(" ", indent)) }

// endLine ends a line, perhaps after a comment.
func (w *renderer) endLine() {
	if w.g.chance(w.comment) {
		w.out.WriteString(w.g.pick(" # c", "  #", " #x: y", "\t# tab", " # - [a"))
	} else if w.g.chance(0.02) {
		w.out.WriteString(w.g.pick(" ", "  ", "\t"))
	}
	w.out.WriteByte('\n')
	if w.g.chance(w.blank) {
		w.out.WriteString(w.g.pick("\n", "  \n", "\n\n", "# full line\n", "   # shifted\n"))
	}
}

// document writes the tree as a whole document.
func (w *renderer) document(n *node) string {
	w.out.Reset()
	if w.isBlock(n) {
		if n.tag != "" || n.anchor != "" {
			w.out.WriteString(strings.TrimSpace(w.properties(n)))
			w.endLine()
		}
		w.collection(n, 0)
	} else {
		w.inline(n, 0)
	}
	return w.out.String()
}

func (w *renderer) properties(n *node) string {
	tag, anchor := "", ""
	if n.tag != "" {
		tag = n.tag + " "
	}
	if n.anchor != "" {
		anchor = "&" + n.anchor + " "
	}
	if w.g.chance(0.5) {
		return tag + anchor
	}
	return anchor + tag
}

func (w *renderer) isBlock(n *node) bool {
	return (n.kind == seqNode || n.kind == mapNode) && len(n.items) > 0 && !w.g.chance(w.flow)
}

// value writes what follows "key:" or "-". The nested lines get the indent.
func (w *renderer) value(n *node, parent, indent int) {
	if w.isBlock(n) {
		if n.kind == seqNode && !w.indentIn && parent >= 0 {
			indent = parent
		}
		if properties := w.properties(n); properties != "" {
			w.out.WriteString(" " + strings.TrimSpace(properties))
		}
		w.endLine()
		w.collection(n, indent)
		return
	}
	if n.kind == verbatimNode && n.text == "" && n.tag == "" && n.anchor == "" {
		w.endLine()
		return
	}
	w.out.WriteString(w.g.gap())
	w.inline(n, indent)
}

// collection writes a block collection whose lines start at the indent.
func (w *renderer) collection(n *node, indent int) {
	for i, item := range n.items {
		w.pad(indent)
		w.entry(n, i, item, indent)
	}
}

// entry writes one member, with the cursor already at the indent.
func (w *renderer) entry(n *node, i int, item *node, indent int) {
	if n.kind == seqNode {
		w.out.WriteByte('-')
		plain := item.tag == "" && item.anchor == ""
		if plain && (item.kind == mapNode || item.kind == seqNode) && len(item.items) > 0 &&
			!w.g.chance(w.flow) && w.g.chance(0.85) {
			inner := indent + w.step
			if w.step < 2 {
				inner = indent + 2
			}
			w.out.WriteString(strings.Repeat(" ", inner-indent-1))
			for j, child := range item.items {
				if j > 0 {
					w.pad(inner)
				}
				w.entry(item, j, child, inner)
			}
			return
		}
		w.value(item, -1, indent+w.step)
		return
	}
	key := n.keys[i]
	simple := key.kind == scalarNode || key.kind == verbatimNode
	if !simple || w.g.chance(w.explicit) {
		w.out.WriteByte('?')
		w.value(key, -1, indent+w.step)
		if item.kind == verbatimNode && item.text == "" && w.g.chance(0.5) {
			return
		}
		w.pad(indent)
		w.out.WriteByte(':')
		w.value(item, -1, indent+w.step)
		return
	}
	w.out.WriteString(w.properties(key) + w.scalarText(key, -1, false))
	if w.g.chance(0.03) {
		w.out.WriteByte(' ')
	}
	w.out.WriteByte(':')
	w.value(item, indent, indent+w.step)
}

// inline writes a scalar or a flow collection up to the end of its line.
func (w *renderer) inline(n *node, indent int) {
	if n.kind == scalarNode && w.g.chance(w.block) && w.canBlock(n.text) {
		w.out.WriteString(w.properties(n))
		w.blockScalar(n.text, indent)
		return
	}
	w.out.WriteString(w.flowText(n, indent, false))
	w.endLine()
}

// flowText writes a node in flow style. A negative indent asks for one line.
func (w *renderer) flowText(n *node, indent int, inside bool) string {
	text := w.properties(n)
	switch n.kind {
	case verbatimNode:
		return text + n.text
	case scalarNode:
		return text + w.scalarText(n, indent, inside)
	}
	space := func() string {
		switch {
		case indent >= 0 && w.g.chance(w.fold):
			comment := ""
			if w.g.chance(w.comment) {
				comment = " # in flow"
			}
			return comment + "\n" + strings.Repeat(" ", indent+1+w.g.n(2))
		case w.g.chance(0.3):
			return " "
		}
		return ""
	}
	open, closing := "[", "]"
	if n.kind == mapNode {
		open, closing = "{", "}"
	}
	text += open + space()
	for i, item := range n.items {
		if n.kind == mapNode {
			key := w.flowText(n.keys[i], -1, true)
			quoted := strings.HasPrefix(key, `"`) || strings.HasPrefix(key, "'")
			switch {
			case w.g.chance(w.explicit):
				text += "? " + key + space() + ": "
			case quoted && w.g.chance(0.2):
				text += key + ":"
			case w.g.chance(0.02):
				text += key + ":"
			default:
				text += key + ": "
			}
		}
		text += w.flowText(item, indent, true)
		if i+1 < len(n.items) {
			text += space() + "," + w.g.pick(" ", " ", "", "  ")
		} else if w.g.chance(0.06) {
			text += ","
		}
		text += space()
	}
	return text + closing
}

// plainSafe tells whether the text may stand as a plain scalar.
func plainSafe(text string, inside bool) bool {
	if text == "" || strings.TrimSpace(text) != text || !utf8.ValidString(text) {
		return false
	}
	if strings.ContainsRune("-?:,[]{}#&*!|>'\"%@`", rune(text[0])) {
		if !(len(text) > 1 && strings.ContainsRune("-?:", rune(text[0])) && text[1] != ' ') {
			return false
		}
	}
	if strings.HasPrefix(text, "---") || strings.HasPrefix(text, "...") {
		return false
	}
	if strings.Contains(text, ": ") || strings.Contains(text, " #") || strings.HasSuffix(text, ":") {
		return false
	}
	if inside && strings.ContainsAny(text, ",[]{}?") {
		return false
	}
	for _, c := range text {
		if c < 0x20 || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xfeff {
			return false
		}
	}
	return true
}

// scalarText writes a scalar in a plain or quoted style.
func (w *renderer) scalarText(n *node, indent int, inside bool) string {
	if n.kind == verbatimNode {
		return n.text
	}
	if n.kind != scalarNode {
		return w.flowText(n, -1, inside)
	}
	if w.g.chance(w.reckless) {
		return n.text
	}
	if plainSafe(n.text, inside) && !w.g.chance(w.quote) {
		if indent >= 0 && w.g.chance(w.fold) {
			return w.wrap(n.text, indent)
		}
		return n.text
	}
	if w.canSingle(n.text) && w.g.chance(0.45) {
		text := "'" + strings.ReplaceAll(n.text, "'", "''") + "'"
		if indent >= 0 && w.g.chance(w.fold) {
			return w.wrap(text, indent)
		}
		return text
	}
	return w.doubleQuoted(n.text, indent)
}

// wrap breaks a text at some of its spaces.
func (w *renderer) wrap(text string, indent int) string {
	parts := strings.Split(text, " ")
	result := parts[0]
	for _, part := range parts[1:] {
		if w.g.chance(0.5) && part != "" && part[0] != '#' {
			result += "\n" + strings.Repeat(" ", indent+1+w.g.n(2)) + part
		} else {
			result += " " + part
		}
	}
	return result
}

func (w *renderer) canSingle(text string) bool {
	for _, c := range text {
		if (c < 0x20 && c != '\t') || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029 || c == utf8.RuneError {
			return false
		}
	}
	return true
}

// doubleQuoted writes a double quoted scalar with escapes of all forms.
func (w *renderer) doubleQuoted(text string, indent int) string {
	named := map[rune]string{
		0: `\0`, 7: `\a`, 8: `\b`, 9: `\t`, 10: `\n`, 11: `\v`, 12: `\f`, 13: `\r`, 27: `\e`,
		0x85: `\N`, 0xa0: `\_`, 0x2028: `\L`, 0x2029: `\P`, '"': `\"`, '\\': `\\`, '/': `\/`, ' ': `\ `,
	}
	var b strings.Builder
	b.WriteByte('"')
	for i, c := range text {
		name, hasName := named[c]
		must := c < 0x20 || c == 0x7f || c == '"' || c == '\\' || c == 0x85 || c == 0x2028 || c == 0x2029
		switch {
		case must && hasName && w.g.chance(0.8), hasName && w.g.chance(0.1):
			b.WriteString(name)
		case must || w.g.chance(0.03):
			switch {
			case c <= 0xff && w.g.chance(0.5):
				fmt.Fprintf(&b, `\x%02x`, c)
			case c <= 0xffff && w.g.chance(0.7):
				fmt.Fprintf(&b, `\u%04X`, c)
			default:
				fmt.Fprintf(&b, `\U%08x`, c)
			}
		case c == ' ' && indent >= 0 && i > 0 && w.g.chance(w.fold):
			b.WriteString("\n" + strings.Repeat(" ", indent+1))
		case indent >= 0 && i > 0 && c != ' ' && w.g.chance(w.fold/8):
			b.WriteString("\\\n" + strings.Repeat(" ", indent+1))
			b.WriteRune(c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (w *renderer) canBlock(text string) bool {
	return text != "" && w.canSingle(strings.ReplaceAll(text, "\n", ""))
}

// blockScalar writes a literal or folded scalar.
func (w *renderer) blockScalar(text string, indent int) {
	if indent == 0 {
		indent = 1
	}
	header := w.g.pick("|", "|", ">")
	chomp := ""
	switch {
	case w.g.chance(0.15):
		chomp = w.g.pick("", "-", "+")
	case !strings.HasSuffix(text, "\n"):
		chomp = "-"
	case strings.HasSuffix(text, "\n\n"):
		chomp = "+"
	}
	hint := ""
	if strings.HasPrefix(text, " ") || strings.HasPrefix(text, "\n") || w.g.chance(0.1) {
		hint = fmt.Sprint(min(w.step, 9))
		if w.g.chance(0.1) {
			hint = fmt.Sprint(1 + w.g.n(4))
		}
	}
	if w.g.chance(0.5) {
		header += chomp + hint
	} else {
		header += hint + chomp
	}
	w.out.WriteString(header)
	if w.g.chance(w.comment) {
		w.out.WriteString(" # header")
	}
	w.out.WriteByte('\n')
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if line != "" || w.g.chance(0.2) {
			w.pad(indent)
		}
		w.out.WriteString(line)
		w.out.WriteByte('\n')
	}
}
