// SPDX-License-Identifier: Apache-2.0
#include "policy/model/operated.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace cnplint::policy {
namespace {

/// Kinds of a group that become pods; without a kind, nearly all of the group.
struct Operated {
  std::string_view group;
  std::string_view kind = {};
};
constexpr std::array<Operated, 50> kOperated{{{"monitoring.coreos.com", "Prometheus"},
                                              {"monitoring.coreos.com", "PrometheusAgent"},
                                              {"monitoring.coreos.com", "Alertmanager"},
                                              {"monitoring.coreos.com", "ThanosRuler"},
                                              {"operator.victoriametrics.com"},
                                              {"grafana.integreatly.org", "Grafana"},
                                              {"loki.grafana.com", "LokiStack"},
                                              {"tempo.grafana.com"},
                                              {"opentelemetry.io", "OpenTelemetryCollector"},
                                              {"jaegertracing.io", "Jaeger"},
                                              {"postgresql.cnpg.io", "Cluster"},
                                              {"postgresql.cnpg.io", "Pooler"},
                                              {"acid.zalan.do", "postgresql"},
                                              {"postgres-operator.crunchydata.com"},
                                              {"k8s.mariadb.com", "MariaDB"},
                                              {"k8s.mariadb.com", "MaxScale"},
                                              {"mysql.oracle.com", "InnoDBCluster"},
                                              {"pxc.percona.com"},
                                              {"psmdb.percona.com"},
                                              {"mongodbcommunity.mongodb.com"},
                                              {"mongodb.com"},
                                              {"databases.spotahome.com"},
                                              {"redis.redis.opstreelabs.in"},
                                              {"dragonflydb.io", "Dragonfly"},
                                              {"kafka.strimzi.io", "Kafka"},
                                              {"kafka.strimzi.io", "KafkaConnect"},
                                              {"kafka.strimzi.io", "KafkaBridge"},
                                              {"kafka.strimzi.io", "KafkaNodePool"},
                                              {"kafka.strimzi.io", "KafkaMirrorMaker2"},
                                              {"opentelemetry.io", "TargetAllocator"},
                                              {"rabbitmq.com", "RabbitmqCluster"},
                                              {"elasticsearch.k8s.elastic.co"},
                                              {"kibana.k8s.elastic.co"},
                                              {"beat.k8s.elastic.co"},
                                              {"opensearch.opster.io"},
                                              {"k8s.keycloak.org", "Keycloak"},
                                              {"minio.min.io", "Tenant"},
                                              {"ceph.rook.io"},
                                              {"kubevirt.io", "VirtualMachine"},
                                              {"tekton.dev"},
                                              {"argoproj.io", "ArgoCD"},
                                              {"argoproj.io", "Workflow"},
                                              {"argoproj.io", "CronWorkflow"},
                                              {"argoproj.io", "EventSource"},
                                              {"argoproj.io", "EventBus"},
                                              {"argoproj.io", "Sensor"},
                                              {"keda.sh", "ScaledJob"},
                                              {"sparkoperator.k8s.io"},
                                              {"install.istio.io", "IstioOperator"},
                                              {"serving.knative.dev", "Service"}}};

/// Groups of which nobody makes pods where the object is, with all groups below them. Those of
/// Kubernetes' own that have no dot are not among them.
constexpr std::array<std::string_view, 45> kOfSettings{"k8s.io",
                                                       "k8s.ovn.org",
                                                       "cilium.io",
                                                       "isovalent.com",
                                                       "projectcalico.org",
                                                       "antrea.io",
                                                       "metallb.io",
                                                       "kubeovn.io",
                                                       "submariner.io",
                                                       "networking.istio.io",
                                                       "security.istio.io",
                                                       "telemetry.istio.io",
                                                       "extensions.istio.io",
                                                       "linkerd.io",
                                                       "smi-spec.io",
                                                       "traefik.io",
                                                       "traefik.containo.us",
                                                       "projectcontour.io",
                                                       "gateway.envoyproxy.io",
                                                       "configuration.konghq.com",
                                                       "cert-manager.io",
                                                       "external-secrets.io",
                                                       "secrets-store.csi.x-k8s.io",
                                                       "multicluster.x-k8s.io",
                                                       "cluster.x-k8s.io",
                                                       "kyverno.io",
                                                       "gatekeeper.sh",
                                                       "open-cluster-management.io",
                                                       "toolkit.fluxcd.io",
                                                       "fleet.cattle.io",
                                                       "helm.cattle.io",
                                                       "management.cattle.io",
                                                       "crossplane.io",
                                                       "upbound.io",
                                                       "velero.io",
                                                       "capsule.clastix.io",
                                                       "hnc.x-k8s.io",
                                                       "karpenter.sh",
                                                       "openshift.io",
                                                       "redhatcop.redhat.io",
                                                       "reloader.stakater.com",
                                                       "k8s.aws",
                                                       "cnrm.cloud.google.com",
                                                       "azure.com",
                                                       "cnplint.io"};

/// The last words of kinds that are no programs.
constexpr std::array<std::string_view, 42> kNoPrograms{"Policy",
                                                       "Rule",
                                                       "Rules",
                                                       "Monitor",
                                                       "Route",
                                                       "Config",
                                                       "Configuration",
                                                       "Settings",
                                                       "Secret",
                                                       "SecretStore",
                                                       "Issuer",
                                                       "Certificate",
                                                       "Class",
                                                       "Binding",
                                                       "Role",
                                                       "Account",
                                                       "User",
                                                       "Profile",
                                                       "Repository",
                                                       "Filter",
                                                       "ServiceEntry",
                                                       "VirtualService",
                                                       "Authentication",
                                                       "Authorization",
                                                       "Middleware",
                                                       "Ingress",
                                                       "Topic",
                                                       "Dashboard",
                                                       "Datasource",
                                                       "Folder",
                                                       "ScaledObject",
                                                       "Autoscaler",
                                                       "Budget",
                                                       "Quota",
                                                       "Definition",
                                                       "Constraint",
                                                       "ConstraintTemplate",
                                                       "IPPool",
                                                       "AddressPool",
                                                       "Advertisement",
                                                       "Claim",
                                                       "Snapshot"};

/// Whether a group is of a domain.
bool is_of_domain(std::string_view group, std::string_view domain) {
  if (!group.ends_with(domain)) return false;
  return group.size() == domain.size() || group[group.size() - domain.size() - 1] == '.';
}

/// Goes through a spec, as deep and as long as one that people write is.
class Templates {
 public:
  explicit Templates(NodeRef spec) { look_into(spec, false, 0); }

  std::vector<NodeRef> labels;

 private:
  void look_into(NodeRef node, bool in_template, int depth) {
    constexpr int kDeepest = 12;
    constexpr std::size_t kMost = 5000;
    if (depth > kDeepest || ++seen_ > kMost) return;
    node.each_item([&](NodeRef item) { look_into(item, in_template, depth + 1); });
    if (in_template) add(node.get("metadata").get("labels"));
    node.each_entry([&](NodeRef key, NodeRef value) {
      const std::string_view name = key.text();
      if (name == "podLabels") add(value);
      if (name == "podMetadata") add(value.get("labels"));
      look_into(value, name.ends_with("emplate") || name.ends_with("emplates"), depth + 1);
    });
  }

  void add(NodeRef found) {
    if (found.is_mapping()) labels.push_back(found);
  }

  std::size_t seen_ = 0;
};

}  // namespace

bool makes_pods(std::string_view group, std::string_view kind) {
  return std::ranges::any_of(kOperated, [&](const Operated& each) {
    return each.group == group && (each.kind.empty() || each.kind == kind);
  });
}

bool may_make_pods(std::string_view group, std::string_view kind) {
  if (group.find('.') == std::string_view::npos) return false;
  // Whoever runs gateways makes the pods of one where it is.
  if (group == "gateway.networking.k8s.io" && kind == "Gateway") return true;
  const auto known_by_kind = [&](const Operated& each) {
    return each.group == group && !each.kind.empty();
  };
  return std::ranges::none_of(kOperated, known_by_kind) &&
         std::ranges::none_of(kOfSettings,
                              [&](std::string_view each) { return is_of_domain(group, each); }) &&
         std::ranges::none_of(kNoPrograms,
                              [&](std::string_view each) { return kind.ends_with(each); });
}

std::vector<NodeRef> labels_of_templates(NodeRef spec) { return std::move(Templates(spec).labels); }

}  // namespace cnplint::policy
