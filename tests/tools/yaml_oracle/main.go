// SPDX-License-Identifier: Apache-2.0

// Command yaml_oracle is the reference for how kubectl reads a manifest file.
//
// It has two modes:
//
//	yaml_oracle decode < file
//	yaml_oracle vectors SEED COUNT
//
// The first prints the documents of one file as a line of JSON. The second
// prints COUNT generated files together with what the reader made of them.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	yamlv2 "gopkg.in/yaml.v2"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// peekSize is the size kubectl gives to the decoder. The decoder looks at so
// many bytes when it decides between JSON and YAML.
const peekSize = 4096

// openManifest gives the file as UTF-8. A byte order mark at the start selects
// UTF-8 or UTF-16 and is dropped. Without one the file is taken as UTF-8. In
// either case malformed input becomes U+FFFD.
func openManifest(data []byte) io.Reader {
	decoder := unicode.BOMOverride(unicode.UTF8.NewDecoder())
	return transform.NewReader(bytes.NewReader(data), decoder)
}

// decodeFile reads all documents of one file. Documents that are null or empty
// are skipped. The first error ends the reading, and the documents before it
// are returned with it.
func decodeFile(data []byte) (documents []json.RawMessage, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("the reader panicked: %v", problem)
		}
	}()
	decoder := yaml.NewYAMLOrJSONDecoder(openManifest(data), peekSize)
	for {
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			if err == io.EOF {
				return documents, nil
			}
			return documents, err
		}
		raw = bytes.TrimSpace(raw)
		if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
			continue
		}
		documents = append(documents, raw)
	}
}

// appendDocuments writes the documents as a JSON array, as the API server
// would understand them: of duplicate keys the last one, and U+FFFD for half a
// surrogate pair. Numbers stay as they are written.
func appendDocuments(out *bytes.Buffer, documents []json.RawMessage) error {
	out.WriteString(`"documents":[`)
	for i, document := range documents {
		if i > 0 {
			out.WriteByte(',')
		}
		tree, err := understood(document)
		if err != nil {
			return fmt.Errorf("document %d is not JSON: %w", i, err)
		}
		encoded, err := json.Marshal(tree)
		if err != nil {
			return err
		}
		out.Write(encoded)
	}
	out.WriteByte(']')
	return nil
}

// understood decodes a document and leaves its numbers as they are written.
func understood(document json.RawMessage) (tree interface{}, err error) {
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	err = decoder.Decode(&tree)
	return tree, err
}

// overflowing tells whether a number of some document overflows.
func overflowing(documents []json.RawMessage) bool {
	for _, document := range documents {
		if tree, err := understood(document); err != nil || overflows(tree) {
			return true
		}
	}
	return false
}

// overflows tells whether a document has a number that no float64 holds. Other
// readers of JSON refuse such a text as a whole.
func overflows(tree interface{}) bool {
	switch value := tree.(type) {
	case json.Number:
		_, err := value.Float64()
		return err != nil
	case []interface{}:
		for _, item := range value {
			if overflows(item) {
				return true
			}
		}
	case map[string]interface{}:
		for _, item := range value {
			if overflows(item) {
				return true
			}
		}
	}
	return false
}

// appendString writes a member with a string value.
func appendString(out *bytes.Buffer, name, value string) error {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, ",%q:%s", name, encoded)
	return nil
}

// decodeLine gives the answer of the decode mode.
func decodeLine(data []byte) ([]byte, error) {
	documents, problem := decodeFile(data)
	var out bytes.Buffer
	out.WriteByte('{')
	if err := appendDocuments(&out, documents); err != nil {
		return nil, err
	}
	if problem != nil {
		if err := appendString(&out, "error", problem.Error()); err != nil {
			return nil, err
		}
	}
	out.WriteString("}\n")
	return out.Bytes(), nil
}

// vectorLine gives one line of the vectors mode.
func vectorLine(v vector) ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprintf(&out, `{"text":"%s",`, base64.StdEncoding.EncodeToString(v.text))
	if err := appendDocuments(&out, v.documents); err != nil {
		return nil, err
	}
	if v.problem != nil {
		if err := appendString(&out, "error", v.problem.Error()); err != nil {
			return nil, err
		}
	}
	if err := appendString(&out, "style", v.style); err != nil {
		return nil, err
	}
	out.WriteString("}\n")
	return out.Bytes(), nil
}

// ambiguous tells whether the reader's answer depends on the iteration order of
// a Go map. That is so when two keys of one mapping become the same string, and
// when more than one key of a document cannot become a string. Such a file is of
// no use as a vector.
func ambiguous(data []byte) (result bool) {
	defer func() {
		if recover() != nil {
			result = true
		}
	}()
	stream, _, isJSON := yaml.GuessJSONStream(openManifest(data), peekSize)
	if isJSON {
		return false
	}
	reader := yaml.NewYAMLReader(bufio.NewReader(stream))
	for {
		chunk, err := reader.Read()
		if err != nil {
			return false
		}
		var tree interface{}
		if yamlv2.Unmarshal(chunk, &tree) != nil {
			return false
		}
		refused := 0
		if collides(tree, &refused) || refused > 1 {
			return true
		}
	}
}

// collides walks a decoded tree. It counts the keys that have no string form
// and tells whether a mapping has two keys with the same string form.
func collides(tree interface{}, refused *int) bool {
	switch value := tree.(type) {
	case map[interface{}]interface{}:
		seen := map[string]bool{}
		for key, child := range value {
			var name string
			switch key := key.(type) {
			case string:
				name = key
			case int:
				name = strconv.Itoa(key)
			case bool:
				name = strconv.FormatBool(key)
			case float64:
				name = strconv.FormatFloat(key, 'g', -1, 32)
				switch name {
				case "+Inf":
					name = ".inf"
				case "-Inf":
					name = "-.inf"
				case "NaN":
					name = ".nan"
				}
			default:
				*refused++
			}
			if seen[name] {
				return true
			}
			seen[name] = true
			if collides(child, refused) {
				return true
			}
		}
	case []interface{}:
		for _, child := range value {
			if collides(child, refused) {
				return true
			}
		}
	}
	return false
}

func run(args []string, in io.Reader, out io.Writer) error {
	switch {
	case len(args) == 1 && args[0] == "decode":
		data, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		line, err := decodeLine(data)
		if err != nil {
			return err
		}
		_, err = out.Write(line)
		return err
	case len(args) == 3 && args[0] == "vectors":
		seed, err := strconv.ParseInt(args[1], 10, 64)
		if err != nil {
			return fmt.Errorf("the seed is not a number: %w", err)
		}
		count, err := strconv.Atoi(args[2])
		if err != nil {
			return fmt.Errorf("the count is not a number: %w", err)
		}
		return writeVectors(out, seed, count)
	default:
		return fmt.Errorf("usage: yaml_oracle decode < FILE, or yaml_oracle vectors SEED COUNT")
	}
}

func main() {
	buffered := bufio.NewWriter(os.Stdout)
	err := run(os.Args[1:], os.Stdin, buffered)
	if flushErr := buffered.Flush(); err == nil {
		err = flushErr
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "yaml_oracle:", err)
		os.Exit(1)
	}
}
