// SPDX-License-Identifier: Apache-2.0
#include "policy/model/operated.h"

#include <algorithm>
#include <array>

namespace cnplint::policy {
namespace {

/// Kinds of a group that become pods; without a kind, nearly all of the group.
struct Operated {
  std::string_view group;
  std::string_view kind = {};
};
constexpr std::array<Operated, 44> kOperated{{{"monitoring.coreos.com", "Prometheus"},
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
                                              {"install.istio.io", "IstioOperator"},
                                              {"serving.knative.dev", "Service"}}};

}  // namespace

bool makes_pods(std::string_view group, std::string_view kind) {
  return std::ranges::any_of(kOperated, [&](const Operated& each) {
    return each.group == group && (each.kind.empty() || each.kind == kind);
  });
}

}  // namespace cnplint::policy
