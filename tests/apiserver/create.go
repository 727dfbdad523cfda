package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	kubeerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

const (
	valid       = "valid"
	invalid     = "invalid"
	undecodable = "undecodable"
	unknownKind = "unknown-kind"
)

// What the API server says of one object.
type answer struct {
	Text int `json:"text"`
	place
	Kind     string          `json:"kind"`
	Name     string          `json:"name"`
	Outcome  string          `json:"outcome"`
	Errors   []refusal       `json:"errors"`
	Warnings []string        `json:"warnings"`
	Object   json.RawMessage `json:"object,omitempty"`
}

// One reason for a refusal. `Detail` is all that kubectl prints behind the field: "Forbidden: may not be set for ...".
type refusal struct {
	Field  string `json:"field"`
	Type   string `json:"type"`
	Detail string `json:"detail"`
}

// As strict as kubectl asks for: an unknown or a doubled field is an error.
var strict = serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDecoder()

func answers(text []byte, objects bool) []answer {
	found := objectsOf(text)
	all := make([]answer, len(found))
	for number, each := range found {
		all[number] = answer{place: each.place, Outcome: valid, Errors: []refusal{}, Warnings: []string{}}
		if each.err != nil {
			all[number].refuse(undecodable, refusal{Detail: each.err.Error()})
		} else {
			all[number].ask(each.data, objects)
		}
	}
	return all
}

func (a *answer) refuse(outcome string, why ...refusal) {
	a.Outcome, a.Errors = outcome, append(a.Errors, why...)
}

func (a *answer) ask(data []byte, objects bool) {
	var head metav1.PartialObjectMetadata
	_ = json.Unmarshal(data, &head) // What is wrong with it, the real decoder says below.
	gvk := head.GroupVersionKind()
	a.Kind, a.Name = gvk.Kind, head.Name
	known, ok := kinds[gvk]
	if !ok {
		a.refuse(unknownKind)
		return
	}
	object, _, err := strict.Decode(data, nil, nil)
	if err != nil {
		words := fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", gvk.Kind, gvk.Version, gvk.Kind, err)
		a.refuse(undecodable, refusal{Detail: words})
		return
	}
	if err := a.create(known, gvk, object); err != nil {
		a.refuse(invalid, reasons(err)...)
	} else if objects {
		a.Object = stored(object, gvk.GroupVersion())
	}
}

// What the handler of a POST and the store behind it do before they write. An object without a namespace goes into `default`.
func (a *answer) create(known kind, gvk schema.GroupVersionKind, object runtime.Object) error {
	about, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	namespace := about.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	about.SetNamespace(namespace)
	rest.FillObjectMetaSystemFields(about)
	if about.GetName() == "" && about.GetGenerateName() != "" {
		about.SetName(known.strategy.GenerateName(about.GetGenerateName()))
	}
	return rest.BeforeCreate(known.strategy, a.context(known, gvk, namespace, about.GetName()), object)
}

func (a *answer) context(known kind, gvk schema.GroupVersionKind, namespace, name string) context.Context {
	ctx := request.WithNamespace(context.Background(), namespace)
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true, Verb: "create", APIGroup: gvk.Group, APIVersion: gvk.Version,
		Namespace: namespace, Resource: known.resource, Name: name,
	})
	return warning.WithWarningRecorder(ctx, a)
}

// AddWarning takes what kubectl prints after "Warning:".
func (a *answer) AddWarning(_, text string) {
	a.Warnings = append(a.Warnings, text)
}

func reasons(err error) []refusal {
	var status kubeerrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []refusal{{Detail: err.Error()}}
	}
	var all []refusal
	for _, each := range status.Status().Details.Causes {
		all = append(all, refusal{each.Field, string(each.Type), each.Message})
	}
	return all
}

func stored(object runtime.Object, version schema.GroupVersion) json.RawMessage {
	data, err := runtime.Encode(legacyscheme.Codecs.LegacyCodec(version), object)
	if err != nil {
		panic(err)
	}
	return data
}
