package main

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// A line that begins a document. YAML lets none stand inside a scalar.
var marker = regexp.MustCompile(`(?m)^---(?:[ \t\r\n]|$)`)

// Where an object stands: the document of its text, and which item of a List it is (nil outside of one).
type place struct {
	Document int  `json:"document"`
	Item     *int `json:"item"`
}

// An object as JSON, or why there is none.
type found struct {
	place
	data []byte
	err  error
}

// The objects of a text, those of Lists one by one. Documents that hold nothing count, and give nothing.
func objectsOf(text []byte) []found {
	var all []found
	for index, document := range split(text) {
		data, err := yaml.YAMLToJSONStrict(document)
		if err != nil {
			all = append(all, found{place{Document: index}, nil, err})
		} else if !bytes.Equal(data, []byte("null")) {
			all = append(all, items(place{Document: index}, data)...)
		}
	}
	return all
}

func items(at place, data []byte) []found {
	var list struct {
		Kind  string
		Items []json.RawMessage
	}
	if json.Unmarshal(data, &list) != nil || !strings.HasSuffix(list.Kind, "List") || list.Items == nil {
		return []found{{at, data, nil}}
	}
	all := make([]found, len(list.Items))
	for index, item := range list.Items {
		number := index // Its own in each turn: the oldest versions are built as Go 1.21, whose loops have one variable for all.
		all[index] = found{place{Document: at.Document, Item: &number}, item, nil}
	}
	return all
}

func split(text []byte) [][]byte {
	if documents := splitJSON(text); documents != nil {
		return documents
	}
	var documents [][]byte
	begun := 0
	for _, found := range marker.FindAllIndex(text, -1) {
		// What stands before a document's marker may be its directives; they stay with it.
		if ahead := text[begun:found[0]]; !isPreamble(ahead) {
			documents, begun = append(documents, ahead), found[0]
		}
	}
	return append(documents, text[begun:])
}

func splitJSON(text []byte) [][]byte {
	var documents [][]byte
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var document json.RawMessage
		switch err := decoder.Decode(&document); err {
		case nil:
			documents = append(documents, document)
		case io.EOF:
			return documents
		default:
			return nil
		}
	}
}

func isPreamble(text []byte) bool {
	for _, line := range bytes.Split(text, []byte("\n")) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}
