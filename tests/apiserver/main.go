// Asks Kubernetes itself whether the API server would take the objects of some texts.
//
// In: texts on standard input, YAML or JSON, with a NUL byte between two. Out: on standard output, one line of JSON for each
// object, in order. Everything that decides is Kubernetes' own code of the version that this program is built with: strict
// decoding, defaults, dropped fields and validation, with that version's default feature gates where none are named. Admission
// plugins do not run.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
)

func main() {
	objects := flag.Bool("objects", false, "answer with each valid object too, as it would be stored")
	gates := flag.String("feature-gates", "", "gates to set, as kube-apiserver takes them: Name=true,Other=false")
	flag.Parse()
	if err := utilfeature.DefaultMutableFeatureGate.Set(*gates); err != nil {
		stop(err)
	}
	if err := run(os.Stdin, os.Stdout, *objects); err != nil {
		stop(err)
	}
}

func stop(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(2)
}

func run(in io.Reader, out io.Writer, objects bool) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	written := bufio.NewWriter(out)
	lines := json.NewEncoder(written)
	lines.SetEscapeHTML(false)
	for number, text := range bytes.Split(data, []byte{0}) {
		for _, each := range answers(text, objects) {
			each.Text = number
			if err := lines.Encode(each); err != nil {
				return err
			}
		}
	}
	return written.Flush()
}
