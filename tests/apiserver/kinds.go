package main

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
)

// A kind that holds pods: the name of its resource, and what the API server does to a new object of it.
type kind struct {
	resource string
	strategy rest.RESTCreateStrategy
}

// Only what a cluster serves: the scheme still knows versions such as extensions/v1beta1, which no cluster takes any more.
var kinds = map[schema.GroupVersionKind]kind{
	{Version: "v1", Kind: "Pod"}:                        {"pods", pod.Strategy},
	{Version: "v1", Kind: "PodTemplate"}:                {"podtemplates", podtemplate.Strategy},
	{Version: "v1", Kind: "ReplicationController"}:      {"replicationcontrollers", replicationcontroller.Strategy},
	{Group: "apps", Version: "v1", Kind: "DaemonSet"}:   {"daemonsets", daemonset.Strategy},
	{Group: "apps", Version: "v1", Kind: "Deployment"}:  {"deployments", deployment.Strategy},
	{Group: "apps", Version: "v1", Kind: "ReplicaSet"}:  {"replicasets", replicaset.Strategy},
	{Group: "apps", Version: "v1", Kind: "StatefulSet"}: {"statefulsets", statefulset.Strategy},
	{Group: "batch", Version: "v1", Kind: "CronJob"}:    {"cronjobs", cronjob.Strategy},
	{Group: "batch", Version: "v1", Kind: "Job"}:        {"jobs", job.Strategy},
}
