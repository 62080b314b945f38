package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// kubernetes decodes each document strictly and looks at what keeps the bot safe.
func kubernetes(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{corev1.AddToScheme, appsv1.AddToScheme, networkingv1.AddToScheme} {
		if err := add(scheme); err != nil {
			return "", err
		}
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	kinds, deployments := 0, 0
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
		object, kind, err := decoder.Decode(document, nil, nil)
		if err != nil {
			return "", fmt.Errorf("document %d: %w", kinds+1, err)
		}
		kinds++
		if d, ok := object.(*appsv1.Deployment); ok {
			deployments++
			if err := hardened(d); err != nil {
				return "", fmt.Errorf("%s: %w", kind.Kind, err)
			}
		}
	}
	if deployments != 1 {
		return "", fmt.Errorf("%d deployments, want one", deployments)
	}
	return fmt.Sprintf("%d documents of the Kubernetes API", kinds), nil
}

// hardened wants what a bbolt file and an intruder each ask for.
func hardened(d *appsv1.Deployment) error {
	var faults []error
	want := func(ok bool, what string) {
		if !ok {
			faults = append(faults, errors.New(what))
		}
	}
	want(d.Spec.Replicas != nil && *d.Spec.Replicas == 1, "one replica, for one file")
	want(d.Spec.Strategy.Type == appsv1.RecreateDeploymentStrategyType, "strategy Recreate: two never run at once")
	pod := d.Spec.Template.Spec
	want(pod.SecurityContext != nil && pod.SecurityContext.RunAsNonRoot != nil && *pod.SecurityContext.RunAsNonRoot, "runAsNonRoot")
	want(pod.AutomountServiceAccountToken != nil && !*pod.AutomountServiceAccountToken, "no token of the cluster")
	for _, c := range pod.Containers {
		s := c.SecurityContext
		want(s != nil && s.ReadOnlyRootFilesystem != nil && *s.ReadOnlyRootFilesystem, c.Name+": a root that is read only")
		want(s != nil && s.AllowPrivilegeEscalation != nil && !*s.AllowPrivilegeEscalation, c.Name+": no escalation")
		want(s != nil && s.Capabilities != nil && len(s.Capabilities.Drop) == 1 && s.Capabilities.Drop[0] == "ALL", c.Name+": no capability")
		want(c.LivenessProbe != nil && c.ReadinessProbe != nil && c.StartupProbe != nil, c.Name+": three probes")
		want(len(c.Env) == 0 && len(c.EnvFrom) == 0, c.Name+": secrets in files, not in variables")
	}
	return errors.Join(faults...)
}
