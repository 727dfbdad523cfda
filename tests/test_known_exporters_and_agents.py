"""Exporters, telemetry agents and add-on companions of the catalogue: which images they are known by, and what their words decide."""

from pathlib import Path

import pytest

from sidecarlint.catalogue import Catalogue, Endpoint, one_shot, read_helper, startup_endpoint
from sidecarlint.workloads.images import parse_image
from tests.sketch import life

FILES = sorted((Path(__file__).parent.parent / "rules" / "helpers").glob("*.yaml"))
HELPERS = {path.stem: read_helper(str(path), path.read_text(encoding="utf-8")) for path in FILES}
CATALOGUE = Catalogue(HELPERS.values())

IMAGES = """
registry.k8s.io/autoscaling/addon-resizer:v1.2.0                                            addon-resizer                         image
quay.io/coreos/addon-resizer:1.4.1                                                          addon-resizer                         image
registry.corp:5000/mirror/addon-resizer:latest                                              addon-resizer                         tail
europe-docker.pkg.dev/acme/remote/addon-resizer-amd64:2.0.0-debian-12-r3                    addon-resizer                         tail
public.ecr.aws/aws-observability/aws-otel-collector:1.4.1                                   adot-collector                        image
amazon/aws-otel-collector:latest                                                            adot-collector                        image
123.dkr.ecr.us-east-1.amazonaws.com/aws-otel-collector@sha256:01234567                      adot-collector                        tail
aerospike/aerospike-prometheus-exporter:latest                                              aerospike-exporter                    image
harbor.corp/dockerhub/aerospike-prometheus-exporter:2.0.0-debian-12-r3                      aerospike-exporter                    tail
lusotycoon/apache-exporter@sha256:01234567                                                  apache-exporter                       image
bitnami/apache-exporter:2.0.0-debian-12-r3                                                  apache-exporter                       image
europe-docker.pkg.dev/acme/remote/apache-exporter:v0.9.0@sha256:01234567                    apache-exporter                       tail
registry.corp:5000/mirror/apache_exporter:1.4.1                                             apache-exporter                       tail
appdynamics/machine-agent:2.0.0-debian-12-r3                                                appdynamics-machine-agent             image
appdynamics/machine-agent-analytics:v0.9.0@sha256:01234567                                  appdynamics-machine-agent             image
artifactory.corp/docker/appdynamics/machine-agent:v1.2.0                                    appdynamics-machine-agent             tail
123.dkr.ecr.us-east-1.amazonaws.com/appdynamics/machine-agent-analytics:latest              appdynamics-machine-agent             tail
bakins/php-fpm-exporter:v0.9.0@sha256:01234567                                              bakins-php-fpm-exporter               image
ghcr.io/acme/php-fpm-exporter:1.4.1                                                         bakins-php-fpm-exporter               tail
trustpilot/beat-exporter:v1.2.0                                                             beat-exporter                         image
registry.corp:5000/mirror/beat-exporter:latest                                              beat-exporter                         tail
grafana/beyla:1.4.1                                                                         beyla                                 image
123.dkr.ecr.us-east-1.amazonaws.com/beyla@sha256:01234567                                   beyla                                 tail
prometheuscommunity/bind-exporter:latest                                                    bind-exporter                         image
quay.io/prometheuscommunity/bind-exporter@sha256:01234567                                   bind-exporter                         image
harbor.corp/dockerhub/bind-exporter:2.0.0-debian-12-r3                                      bind-exporter                         tail
ghcr.io/acme/bind_exporter:v1.2.0                                                           bind-exporter                         tail
blackfire/blackfire@sha256:01234567                                                         blackfire-agent                       image
europe-docker.pkg.dev/acme/remote/blackfire/blackfire:v0.9.0@sha256:01234567                blackfire-agent                       tail
criteord/cassandra_exporter:2.0.0-debian-12-r3                                              cassandra-exporter                    image
bitnami/cassandra-exporter:v0.9.0@sha256:01234567                                           cassandra-exporter                    image
artifactory.corp/docker/cassandra_exporter:v1.2.0                                           cassandra-exporter                    tail
123.dkr.ecr.us-east-1.amazonaws.com/cassandra-exporter:latest                               cassandra-exporter                    tail
f1yegor/clickhouse-exporter:v0.9.0@sha256:01234567                                          clickhouse-exporter                   image
flant/clickhouse-exporter:v1.2.0                                                            clickhouse-exporter                   image
ghcr.io/acme/clickhouse-exporter:1.4.1                                                      clickhouse-exporter                   tail
harbor.corp/dockerhub/clickhouse_exporter@sha256:01234567                                   clickhouse-exporter                   tail
altinity/metrics-exporter:v1.2.0                                                            clickhouse-operator-metrics-exporter  image
sunsingerus/metrics-exporter:1.4.1                                                          clickhouse-operator-metrics-exporter  image
registry.corp:5000/mirror/altinity/metrics-exporter:latest                                  clickhouse-operator-metrics-exporter  tail
public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.4.1                                      cloudwatch-agent                      image
amazon/cloudwatch-agent:latest                                                              cloudwatch-agent                      image
123.dkr.ecr.us-east-1.amazonaws.com/cloudwatch-agent@sha256:01234567                        cloudwatch-agent                      tail
camptocamp/collectd:latest                                                                  collectd                              image
harbor.corp/dockerhub/collectd:2.0.0-debian-12-r3                                           collectd                              tail
quay.io/prometheus/consul-exporter@sha256:01234567                                          consul-exporter                       image
bitnami/consul-exporter:2.0.0-debian-12-r3                                                  consul-exporter                       image
europe-docker.pkg.dev/acme/remote/consul-exporter:v0.9.0@sha256:01234567                    consul-exporter                       tail
registry.corp:5000/mirror/consul_exporter:1.4.1                                             consul-exporter                       tail
couchbase/exporter:2.0.0-debian-12-r3                                                       couchbase-exporter                    image
registry.connect.redhat.com/couchbase/exporter:v0.9.0@sha256:01234567                       couchbase-exporter                    image
artifactory.corp/docker/couchbase/exporter:v1.2.0                                           couchbase-exporter                    tail
123.dkr.ecr.us-east-1.amazonaws.com/couchbase-exporter:latest                               couchbase-exporter                    tail
gesellix/couchdb-prometheus-exporter:v0.9.0@sha256:01234567                                 couchdb-exporter                      image
ghcr.io/acme/couchdb-prometheus-exporter:1.4.1                                              couchdb-exporter                      tail
harbor.corp/dockerhub/couchdb-exporter@sha256:01234567                                      couchdb-exporter                      tail
gcr.io/datadoghq/agent:v1.2.0                                                               datadog-agent                         image
datadog/ddot-collector:1.4.1                                                                datadog-agent                         image
registry.corp:5000/mirror/datadoghq/agent:latest                                            datadog-agent                         tail
europe-docker.pkg.dev/acme/remote/ddot-collector:2.0.0-debian-12-r3                         datadog-agent                         tail
gcr.io/datadoghq/fips-proxy:1.4.1                                                           datadog-fips-proxy                    image
datadog/fips-proxy:latest                                                                   datadog-fips-proxy                    image
123.dkr.ecr.us-east-1.amazonaws.com/datadoghq/fips-proxy@sha256:01234567                    datadog-fips-proxy                    tail
artifactory.corp/docker/datadog/fips-proxy:v0.9.0@sha256:01234567                           datadog-fips-proxy                    tail
gcr.io/google_containers/dnsmasq-metrics-amd64:latest                                       dnsmasq-metrics                       image
gcr.io/google-containers/dnsmasq-metrics-amd64@sha256:01234567                              dnsmasq-metrics                       image
harbor.corp/dockerhub/dnsmasq-metrics-amd64:2.0.0-debian-12-r3                              dnsmasq-metrics                       tail
ghcr.io/acme/dnsmasq-metrics:v1.2.0                                                         dnsmasq-metrics                       tail
datadog/dogstatsd@sha256:01234567                                                           dogstatsd                             image
datadog/docker-dogstatsd:2.0.0-debian-12-r3                                                 dogstatsd                             image
europe-docker.pkg.dev/acme/remote/datadog/dogstatsd:v0.9.0@sha256:01234567                  dogstatsd                             tail
registry.corp:5000/mirror/docker-dogstatsd:1.4.1                                            dogstatsd                             tail
quay.io/prometheuscommunity/elasticsearch-exporter:2.0.0-debian-12-r3                       elasticsearch-exporter                image
bitnami/elasticsearch-exporter:v0.9.0@sha256:01234567                                       elasticsearch-exporter                image
artifactory.corp/docker/elasticsearch-exporter:v1.2.0                                       elasticsearch-exporter                tail
123.dkr.ecr.us-east-1.amazonaws.com/elasticsearch_exporter:latest                           elasticsearch-exporter                tail
gcr.io/google_containers/exechealthz:v0.9.0@sha256:01234567                                 exechealthz                           image
k8s.gcr.io/exechealthz:v1.2.0                                                               exechealthz                           image
ghcr.io/acme/exechealthz:1.4.1                                                              exechealthz                           tail
harbor.corp/dockerhub/exechealthz-ppc64le@sha256:01234567                                   exechealthz                           tail
ghcr.io/onedr0p/exportarr:v1.2.0                                                            exportarr                             image
registry.corp:5000/mirror/exportarr:latest                                                  exportarr                             tail
atlassianlabs/gostatsd:1.4.1                                                                gostatsd                              image
newrelic/nri-statsd:latest                                                                  gostatsd                              image
123.dkr.ecr.us-east-1.amazonaws.com/gostatsd@sha256:01234567                                gostatsd                              tail
artifactory.corp/docker/nri-statsd:v0.9.0@sha256:01234567                                   gostatsd                              tail
us-docker.pkg.dev/gce-ai-infra/gpudirect-tcpx/tcpgpudmarxd-dev:latest                       gpudirect-rxdm                        image
us-docker.pkg.dev/gce-ai-infra/gpudirect-tcpxo/tcpgpudmarxd-dev@sha256:01234567             gpudirect-rxdm                        image
harbor.corp/dockerhub/tcpgpudmarxd-dev:2.0.0-debian-12-r3                                   gpudirect-rxdm                        tail
ghcr.io/acme/tcpgpudmarxd:v1.2.0                                                            gpudirect-rxdm                        tail
quay.io/prometheus/graphite-exporter@sha256:01234567                                        graphite-exporter                     image
prom/graphite-exporter:2.0.0-debian-12-r3                                                   graphite-exporter                     image
europe-docker.pkg.dev/acme/remote/graphite-exporter:v0.9.0@sha256:01234567                  graphite-exporter                     tail
registry.corp:5000/mirror/graphite_exporter:1.4.1                                           graphite-exporter                     tail
quay.io/prometheus/haproxy-exporter:2.0.0-debian-12-r3                                      haproxy-exporter                      image
prom/haproxy-exporter:v0.9.0@sha256:01234567                                                haproxy-exporter                      image
artifactory.corp/docker/haproxy-exporter:v1.2.0                                             haproxy-exporter                      tail
123.dkr.ecr.us-east-1.amazonaws.com/haproxy_exporter:latest                                 haproxy-exporter                      tail
quay.io/prometheus/influxdb-exporter:v0.9.0@sha256:01234567                                 influxdb-exporter                     image
prom/influxdb-exporter:v1.2.0                                                               influxdb-exporter                     image
ghcr.io/acme/influxdb-exporter:1.4.1                                                        influxdb-exporter                     tail
harbor.corp/dockerhub/influxdb_exporter@sha256:01234567                                     influxdb-exporter                     tail
bitnami/jmx-exporter:v1.2.0                                                                 jmx-exporter                          image
solsson/kafka-prometheus-jmx-exporter:1.4.1                                                 jmx-exporter                          image
registry.corp:5000/mirror/jmx-exporter:latest                                               jmx-exporter                          tail
europe-docker.pkg.dev/acme/remote/kafka-prometheus-jmx-exporter:2.0.0-debian-12-r3          jmx-exporter                          tail
registry.k8s.io/dns/k8s-dns-sidecar:1.4.1                                                   k8s-dns-sidecar                       image
rancher/mirrored-k8s-dns-sidecar:latest                                                     k8s-dns-sidecar                       image
123.dkr.ecr.us-east-1.amazonaws.com/k8s-dns-sidecar@sha256:01234567                         k8s-dns-sidecar                       tail
artifactory.corp/docker/mirrored-k8s-dns-sidecar:v0.9.0@sha256:01234567                     k8s-dns-sidecar                       tail
danielqsj/kafka-exporter:latest                                                             kafka-exporter                        image
bitnami/kafka-exporter@sha256:01234567                                                      kafka-exporter                        image
harbor.corp/dockerhub/kafka-exporter:2.0.0-debian-12-r3                                     kafka-exporter                        tail
ghcr.io/acme/kafka_exporter:v1.2.0                                                          kafka-exporter                        tail
bonniernews/logstash_exporter@sha256:01234567                                               logstash-exporter                     image
bitnami/logstash-exporter:2.0.0-debian-12-r3                                                logstash-exporter                     image
europe-docker.pkg.dev/acme/remote/logstash_exporter:v0.9.0@sha256:01234567                  logstash-exporter                     tail
registry.corp:5000/mirror/prometheus-logstash-exporter:1.4.1                                logstash-exporter                     tail
quay.io/prometheus/memcached-exporter:v0.9.0@sha256:01234567                                memcached-exporter                    image
bitnami/memcached-exporter:v1.2.0                                                           memcached-exporter                    image
ghcr.io/acme/memcached-exporter:1.4.1                                                       memcached-exporter                    tail
harbor.corp/dockerhub/memcached_exporter@sha256:01234567                                    memcached-exporter                    tail
joepll/minio-exporter:v1.2.0                                                                minio-exporter                        image
registry.corp:5000/mirror/minio-exporter:latest                                             minio-exporter                        tail
europe-docker.pkg.dev/acme/remote/minio_exporter:2.0.0-debian-12-r3                         minio-exporter                        tail
percona/mongodb_exporter:1.4.1                                                              mongodb-exporter                      image
bitnami/mongodb-exporter:latest                                                             mongodb-exporter                      image
123.dkr.ecr.us-east-1.amazonaws.com/mongodb_exporter@sha256:01234567                        mongodb-exporter                      tail
artifactory.corp/docker/mongodb-exporter:v0.9.0@sha256:01234567                             mongodb-exporter                      tail
sapcc/mosquitto-exporter:latest                                                             mosquitto-exporter                    image
harbor.corp/dockerhub/mosquitto-exporter:2.0.0-debian-12-r3                                 mosquitto-exporter                    tail
awaragi/prometheus-mssql-exporter@sha256:01234567                                           mssql-exporter                        image
europe-docker.pkg.dev/acme/remote/prometheus-mssql-exporter:v0.9.0@sha256:01234567          mssql-exporter                        tail
registry.corp:5000/mirror/mssql_exporter:1.4.1                                              mssql-exporter                        tail
quay.io/prometheus/mysqld-exporter:2.0.0-debian-12-r3                                       mysqld-exporter                       image
bitnami/mysqld-exporter:v0.9.0@sha256:01234567                                              mysqld-exporter                       image
artifactory.corp/docker/mysqld-exporter:v1.2.0                                              mysqld-exporter                       tail
123.dkr.ecr.us-east-1.amazonaws.com/prometheus-mysql-exporter:latest                        mysqld-exporter                       tail
natsio/prometheus-nats-exporter:v0.9.0@sha256:01234567                                      nats-exporter                         image
bitnami/nats-exporter:v1.2.0                                                                nats-exporter                         image
ghcr.io/acme/prometheus-nats-exporter:1.4.1                                                 nats-exporter                         tail
harbor.corp/dockerhub/nats-exporter@sha256:01234567                                         nats-exporter                         tail
netdata/agent-sd:v1.2.0                                                                     netdata-sd                            image
registry.corp:5000/mirror/netdata/agent-sd:latest                                           netdata-sd                            tail
newrelic/k8s-events-forwarder:1.4.1                                                         newrelic-forwarder                    image
newrelic/nri-forwarder:latest                                                               newrelic-forwarder                    image
123.dkr.ecr.us-east-1.amazonaws.com/newrelic/nri-forwarder@sha256:01234567                  newrelic-forwarder                    tail
artifactory.corp/docker/k8s-events-forwarder:v0.9.0@sha256:01234567                         newrelic-forwarder                    tail
newrelic/infrastructure-k8s:latest                                                          newrelic-infrastructure               image
newrelic/nri-kubernetes@sha256:01234567                                                     newrelic-infrastructure               image
harbor.corp/dockerhub/newrelic/infrastructure:2.0.0-debian-12-r3                            newrelic-infrastructure               tail
ghcr.io/acme/infrastructure-k8s:v1.2.0                                                      newrelic-infrastructure               tail
newrelic/php-daemon@sha256:01234567                                                         newrelic-php-daemon                   image
europe-docker.pkg.dev/acme/remote/newrelic/php-daemon:v0.9.0@sha256:01234567                newrelic-php-daemon                   tail
xperimental/nextcloud-exporter:2.0.0-debian-12-r3                                           nextcloud-exporter                    image
artifactory.corp/docker/nextcloud-exporter:v1.2.0                                           nextcloud-exporter                    tail
sophos/nginx-vts-exporter:v0.9.0@sha256:01234567                                            nginx-vts-exporter                    image
ghcr.io/acme/nginx-vts-exporter:1.4.1                                                       nginx-vts-exporter                    tail
quay.io/martinhelmich/prometheus-nginxlog-exporter:v1.2.0                                   nginxlog-exporter                     image
ghcr.io/martin-helmich/prometheus-nginxlog-exporter/exporter:1.4.1                          nginxlog-exporter                     image
registry.corp:5000/mirror/prometheus-nginxlog-exporter:latest                               nginxlog-exporter                     tail
europe-docker.pkg.dev/acme/remote/prometheus-nginxlog-exporter/exporter:2.0.0-debian-12-r3  nginxlog-exporter                     tail
quay.io/prometheus/node-exporter:1.4.1                                                      node-exporter                         image
bitnami/node-exporter:latest                                                                node-exporter                         image
123.dkr.ecr.us-east-1.amazonaws.com/node-exporter@sha256:01234567                           node-exporter                         tail
artifactory.corp/docker/node_exporter:v0.9.0@sha256:01234567                                node-exporter                         tail
omnition/opencensus-agent:latest                                                            opencensus-agent                      image
omnition/opencensus-collector@sha256:01234567                                               opencensus-agent                      image
harbor.corp/dockerhub/opencensus-agent:2.0.0-debian-12-r3                                   opencensus-agent                      tail
ghcr.io/acme/opencensus-collector:v1.2.0                                                    opencensus-agent                      tail
quay.io/openebs/m-exporter@sha256:01234567                                                  openebs-exporter                      image
openebs/m-exporter:2.0.0-debian-12-r3                                                       openebs-exporter                      image
europe-docker.pkg.dev/acme/remote/m-exporter:v0.9.0@sha256:01234567                         openebs-exporter                      tail
lightstep/opentelemetry-prometheus-sidecar:2.0.0-debian-12-r3                               opentelemetry-prometheus-sidecar      image
artifactory.corp/docker/opentelemetry-prometheus-sidecar:v1.2.0                             opentelemetry-prometheus-sidecar      tail
kumina/openvpn-exporter:v0.9.0@sha256:01234567                                              openvpn-exporter                      image
ghcr.io/acme/openvpn-exporter:1.4.1                                                         openvpn-exporter                      tail
harbor.corp/dockerhub/openvpn_exporter@sha256:01234567                                      openvpn-exporter                      tail
iamseth/oracledb_exporter:v1.2.0                                                            oracledb-exporter                     image
container-registry.oracle.com/database/observability-exporter:1.4.1                         oracledb-exporter                     image
registry.corp:5000/mirror/oracledb_exporter:latest                                          oracledb-exporter                     tail
europe-docker.pkg.dev/acme/remote/database/observability-exporter:2.0.0-debian-12-r3        oracledb-exporter                     tail
otel/opentelemetry-collector:1.4.1                                                          otel-collector                        image
registry.redhat.io/rhosdt/opentelemetry-collector-rhel8:latest                              otel-collector                        image
123.dkr.ecr.us-east-1.amazonaws.com/opentelemetry-collector@sha256:01234567                 otel-collector                        tail
artifactory.corp/docker/opentelemetry-collector-rhel8:v0.9.0@sha256:01234567                otel-collector                        tail
quay.io/prometheuscommunity/pgbouncer-exporter:latest                                       pgbouncer-exporter                    image
spreaker/prometheus-pgbouncer-exporter@sha256:01234567                                      pgbouncer-exporter                    image
harbor.corp/dockerhub/pgbouncer-exporter:2.0.0-debian-12-r3                                 pgbouncer-exporter                    tail
ghcr.io/acme/prometheus-pgbouncer-exporter:v1.2.0                                           pgbouncer-exporter                    tail
pgpool/pgpool2_exporter@sha256:01234567                                                     pgpool2-exporter                      image
europe-docker.pkg.dev/acme/remote/pgpool2_exporter:v0.9.0@sha256:01234567                   pgpool2-exporter                      tail
registry.corp:5000/mirror/pgpool2-exporter:1.4.1                                            pgpool2-exporter                      tail
hipages/php-fpm_exporter:2.0.0-debian-12-r3                                                 php-fpm-exporter                      image
artifactory.corp/docker/php-fpm_exporter:v1.2.0                                             php-fpm-exporter                      tail
123.dkr.ecr.us-east-1.amazonaws.com/phpfpm-exporter:latest                                  php-fpm-exporter                      tail
ekofr/pihole-exporter:v0.9.0@sha256:01234567                                                pihole-exporter                       image
ghcr.io/acme/pihole-exporter:1.4.1                                                          pihole-exporter                       tail
percona/pmm-client:v1.2.0                                                                   pmm-client                            image
perconalab/pmm-client:1.4.1                                                                 pmm-client                            image
registry.corp:5000/mirror/pmm-client:latest                                                 pmm-client                            tail
kumina/postfix-exporter:1.4.1                                                               postfix-exporter                      image
boky/postfix-exporter:latest                                                                postfix-exporter                      image
123.dkr.ecr.us-east-1.amazonaws.com/postfix-exporter@sha256:01234567                        postfix-exporter                      tail
artifactory.corp/docker/postfix_exporter:v0.9.0@sha256:01234567                             postfix-exporter                      tail
ncabatoff/process-exporter:latest                                                           process-exporter                      image
harbor.corp/dockerhub/process-exporter:2.0.0-debian-12-r3                                   process-exporter                      tail
ghcr.io/acme/process_exporter:v1.2.0                                                        process-exporter                      tail
gcr.io/google-containers/prometheus-to-sd@sha256:01234567                                   prometheus-to-sd                      image
marketplace.gcr.io/google/kafka/prometheus-to-sd:2.0.0-debian-12-r3                         prometheus-to-sd                      image
europe-docker.pkg.dev/acme/remote/prometheus-to-sd:v0.9.0@sha256:01234567                   prometheus-to-sd                      tail
ghcr.io/esanchezm/prometheus-qbittorrent-exporter:2.0.0-debian-12-r3                        qbittorrent-exporter                  image
ghcr.io/martabal/qbittorrent-exporter:v0.9.0@sha256:01234567                                qbittorrent-exporter                  image
artifactory.corp/docker/prometheus-qbittorrent-exporter:v1.2.0                              qbittorrent-exporter                  tail
123.dkr.ecr.us-east-1.amazonaws.com/qbittorrent-exporter:latest                             qbittorrent-exporter                  tail
kbudde/rabbitmq-exporter:v0.9.0@sha256:01234567                                             rabbitmq-exporter                     image
kbudde/rabbitmq_exporter:v1.2.0                                                             rabbitmq-exporter                     image
ghcr.io/acme/rabbitmq-exporter:1.4.1                                                        rabbitmq-exporter                     tail
harbor.corp/dockerhub/rabbitmq_exporter@sha256:01234567                                     rabbitmq-exporter                     tail
us-docker.pkg.dev/cloud-ops-agents-artifacts/cloud-run-gmp-sidecar/cloud-run-gmp-sidecar:1  run-gmp-sidecar                       image
registry.corp:5000/mirror/cloud-run-gmp-sidecar:latest                                      run-gmp-sidecar                       tail
scylladb/scylla-manager-agent:1.4.1                                                         scylla-manager-agent                  image
123.dkr.ecr.us-east-1.amazonaws.com/scylla-manager-agent@sha256:01234567                    scylla-manager-agent                  tail
quay.io/signalfx/signalfx-agent:latest                                                      signalfx-agent                        image
harbor.corp/dockerhub/signalfx-agent:2.0.0-debian-12-r3                                     signalfx-agent                        tail
signalsciences/sigsci-agent@sha256:01234567                                                 sigsci-agent                          image
europe-docker.pkg.dev/acme/remote/sigsci-agent:v0.9.0@sha256:01234567                       sigsci-agent                          tail
noony/prometheus-solr-exporter:2.0.0-debian-12-r3                                           solr-exporter                         image
artifactory.corp/docker/prometheus-solr-exporter:v1.2.0                                     solr-exporter                         tail
123.dkr.ecr.us-east-1.amazonaws.com/solr_exporter:latest                                    solr-exporter                         tail
quay.io/signalfx/splunk-otel-collector:v0.9.0@sha256:01234567                               splunk-otel-collector                 image
ghcr.io/acme/splunk-otel-collector:1.4.1                                                    splunk-otel-collector                 tail
boynux/squid-exporter:v1.2.0                                                                squid-exporter                        image
registry.corp:5000/mirror/squid-exporter:latest                                             squid-exporter                        tail
europe-docker.pkg.dev/acme/remote/squid_exporter:2.0.0-debian-12-r3                         squid-exporter                        tail
gcr.io/stackdriver-prometheus/stackdriver-prometheus-sidecar:1.4.1                          stackdriver-prometheus-sidecar        image
123.dkr.ecr.us-east-1.amazonaws.com/stackdriver-prometheus-sidecar@sha256:01234567          stackdriver-prometheus-sidecar        tail
artifactory.corp/docker/apigee-stackdriver-prometheus-sidecar:v0.9.0@sha256:01234567        stackdriver-prometheus-sidecar        tail
statsd/statsd:latest                                                                        statsd                                image
datawire/statsd@sha256:01234567                                                             statsd                                image
harbor.corp/dockerhub/statsd/statsd:2.0.0-debian-12-r3                                      statsd                                tail
ghcr.io/acme/datawire/statsd:v1.2.0                                                         statsd                                tail
quay.io/prometheus/statsd-exporter@sha256:01234567                                          statsd-exporter                       image
ibmcom/prom-statsd-exporter:2.0.0-debian-12-r3                                              statsd-exporter                       image
europe-docker.pkg.dev/acme/remote/statsd-exporter:v0.9.0@sha256:01234567                    statsd-exporter                       tail
registry.corp:5000/mirror/prometheus-statsd-exporter:1.4.1                                  statsd-exporter                       tail
statsite/statsite:2.0.0-debian-12-r3                                                        statsite                              image
artifactory.corp/docker/statsite:v1.2.0                                                     statsite                              tail
telegraf:v0.9.0@sha256:01234567                                                             telegraf                              image
influxdata/telegraf:v1.2.0                                                                  telegraf                              image
ghcr.io/acme/telegraf:1.4.1                                                                 telegraf                              tail
ghcr.io/tideways/daemon:v1.2.0                                                              tideways-daemon                       image
registry.corp:5000/mirror/tideways/daemon:latest                                            tideways-daemon                       tail
europe-docker.pkg.dev/acme/remote/tideways-daemon:2.0.0-debian-12-r3                        tideways-daemon                       tail
metalmatze/transmission-exporter:1.4.1                                                      transmission-exporter                 image
123.dkr.ecr.us-east-1.amazonaws.com/transmission-exporter@sha256:01234567                   transmission-exporter                 tail
ghcr.io/cybozu/unbound_exporter:latest                                                      unbound-exporter                      image
rsprta/unbound_exporter@sha256:01234567                                                     unbound-exporter                      image
harbor.corp/dockerhub/unbound_exporter:2.0.0-debian-12-r3                                   unbound-exporter                      tail
ghcr.io/acme/unbound-exporter:v1.2.0                                                        unbound-exporter                      tail
timonwong/uwsgi-exporter@sha256:01234567                                                    uwsgi-exporter                        image
quay.io/timonwong/uwsgi-exporter:2.0.0-debian-12-r3                                         uwsgi-exporter                        image
europe-docker.pkg.dev/acme/remote/uwsgi-exporter:v0.9.0@sha256:01234567                     uwsgi-exporter                        tail
registry.corp:5000/mirror/uwsgi_exporter:1.4.1                                              uwsgi-exporter                        tail
jonnenauha/prometheus_varnish_exporter:2.0.0-debian-12-r3                                   varnish-exporter                      image
ghcr.io/otto-de/prometheus-varnish-exporter:v0.9.0@sha256:01234567                          varnish-exporter                      image
artifactory.corp/docker/prometheus_varnish_exporter:v1.2.0                                  varnish-exporter                      tail
123.dkr.ecr.us-east-1.amazonaws.com/varnish_exporter:latest                                 varnish-exporter                      tail
stripe/veneur:v0.9.0@sha256:01234567                                                        veneur                                image
ghcr.io/acme/veneur:1.4.1                                                                   veneur                                tail
mindflavor/prometheus-wireguard-exporter:v1.2.0                                             wireguard-exporter                    image
registry.corp:5000/mirror/prometheus-wireguard-exporter:latest                              wireguard-exporter                    tail
europe-docker.pkg.dev/acme/remote/prometheus_wireguard_exporter:2.0.0-debian-12-r3          wireguard-exporter                    tail
public.ecr.aws/xray/aws-xray-daemon:1.4.1                                                   xray-daemon                           image
amazon/aws-xray-daemon:latest                                                               xray-daemon                           image
123.dkr.ecr.us-east-1.amazonaws.com/aws-xray-daemon@sha256:01234567                         xray-daemon                           tail
artifactory.corp/docker/xray-daemon:v0.9.0@sha256:01234567                                  xray-daemon                           tail
zabbix/zabbix-agent:latest                                                                  zabbix-agent                          image
zabbix/zabbix-agent2@sha256:01234567                                                        zabbix-agent                          image
harbor.corp/dockerhub/zabbix-agent:2.0.0-debian-12-r3                                       zabbix-agent                          tail
ghcr.io/acme/zabbix-agent2:v1.2.0                                                           zabbix-agent                          tail
dabealu/zookeeper-exporter@sha256:01234567                                                  zookeeper-exporter                    image
bitnami/zookeeper-exporter:2.0.0-debian-12-r3                                               zookeeper-exporter                    image
europe-docker.pkg.dev/acme/remote/zookeeper-exporter:v0.9.0@sha256:01234567                 zookeeper-exporter                    tail
registry.corp:5000/mirror/zookeeper_exporter:1.4.1                                          zookeeper-exporter                    tail
"""


@pytest.mark.parametrize("row", IMAGES.strip().splitlines())
def test_images(row: str) -> None:
    text, known, how = row.split()
    match = CATALOGUE.match(parse_image(text))
    assert match is not None
    assert (match.helper.id, match.how) == (known, how)


LOOK_ALIKES = """
nginx:1.27
registry.example/team/my-redis-exporter-dashboard:1
registry.example/team/mysqld-exporter-dashboards:1
registry.example/team/my-mysqld-exporter:1
registry.example/mysqld-exporter/config:1
registry.example/team/memcached:1.6
registry.example/team/apache-exporter-rules:3
registry.example/team/mongodb-exporter-init:1
percona/percona-server-mongodb:7.0
registry.example/team/kafka-exporter-alerts:1
kafkatools/kafka-exporters:1
docker.elastic.co/elasticsearch/elasticsearch:8.17.0
registry.example/team/elasticsearch-exporters:1
registry.example/team/jmx:1
registry.example/team/rabbitmq:4
natsio/nats-box:0.14
nats:2.10
registry.example/team/pgbouncer:1.23
pgpool/pgpool:4.5
criteord/cassandra:4
prom/prometheus:v3.1.0
prom/pushgateway:v1.11.0
prom/blackbox-exporter:v0.25.0
quay.io/prometheus/alertmanager:v0.28.0
quay.io/prometheus/snmp-exporter:v0.28.0
registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.14.0
registry.example/team/node-exporter-full:1
couchdb:3.4
zookeeper:3.9
solr:9.8
haproxy:3.1
varnish:7.6
sophos/nginx:1
registry.example/team/nginxlog:1
hipages/php:8.3
registry.example/team/php-fpm:8.3
registry.example/team/uwsgi:2
ncabatoff/process:1
altinity/clickhouse-operator:0.24.0
altinity/clickhouse-server:24.8
registry.example/team/metrics-exporter:1
metrics-exporter:latest
clickhouse/clickhouse-server:25.1
container-registry.oracle.com/database/enterprise:21.3
mcr.microsoft.com/mssql/server:2022-latest
minio/minio:latest
aerospike/aerospike-server:7
nextcloud:30
docker.elastic.co/logstash/logstash:8.17.0
ubuntu/squid:6
eclipse-mosquitto:2
pihole/pihole:2024.07.0
onedr0p/sonarr:4
lscr.io/linuxserver/qbittorrent:5
lscr.io/linuxserver/transmission:4
itzg/minecraft-server:java21
itzg/mc-monitor:0.15.0
couchbase/server:7.6.0
openebs/jiva:3
scylladb/scylla:6.2
scylladb/scylla-manager:3.4
gcr.io/google-containers/prometheus-dummy-exporter:v0.2.0
gke.gcr.io/event-exporter:v0.5
gcr.io/stackdriver-agents/metadata-agent:1
gcr.io/google_containers/heapster:v1.5.4
gcr.io/google_containers/kubedns-amd64:1.8
gcr.io/google_containers/kube-dnsmasq-amd64:1.4
registry.k8s.io/dns/k8s-dns-kube-dns:1.23.1
registry.k8s.io/dns/k8s-dns-dnsmasq-nanny:1.23.1
registry.k8s.io/metrics-server/metrics-server:v0.7.2
registry.k8s.io/addon-manager/kube-addon-manager:v9
registry.example/team/exechealthz-config:1
registry.example/team/statsd:1
graphiteapp/graphite-statsd:1.1
registry.example/team/statsd-exporter-mapping:1
registry.example/statsd-exporter/mapping:1
graphiteapp/docker-graphite:1
registry.example/team/veneur-emit:1
otel/opentelemetry-collector-contrib/telemetrygen:v0.124.1
ghcr.io/open-telemetry/opentelemetry-operator/opentelemetry-operator:0.140.0
ghcr.io/open-telemetry/opentelemetry-operator/target-allocator:0.140.0
ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-java:2.11.0
registry.example/team/collector:1
registry.example/team/otel-collector-config:1
public.ecr.aws/aws-observability/adot-operator:0.120.0
signalfx/gateway:1
gcr.io/datadoghq/cluster-agent:7.81.1
gcr.io/datadoghq/operator:1.29.0
registry.datadoghq.com/csi-driver:1.4.0
gcr.io/my-project/agent:1.2.3
registry.example/team/agent:1
datadog/fakeintake:latest
amazon/aws-xray-sdk-sample:1
amazon/amazon-ecs-sample:latest
public.ecr.aws/cloudwatch-agent/cloudwatch-agent-operator:1.9
influxdb:2.7
quay.io/influxdb/telegraf-operator:v1.3.11
newrelic/nri-kube-events:2.9.9
newrelic/k8s-metadata-injection:1.27.3
newrelic/newrelic-php-init:11
blackfire/cli:2
appdynamics/cluster-agent:24.1
zabbix/zabbix-server-pgsql:7.0
netdata/netdata:v2.2
grafana/tempo:2.7.0
grafana/grafana:11.4.0
percona/pmm-server:3
us-docker.pkg.dev/gce-ai-infra/gpudirect-tcpxo/nccl-plugin-gpudirecttcpx-dev:v1.0.15
us-docker.pkg.dev/gce-ai-infra/gpudirect-tcpx/nccl-plugin-gpudirecttcpx-dev:v3.1.9
signalsciences/example-app:1
jaegertracing/all-in-one:1.62
openzipkin/zipkin:3
"""


@pytest.mark.parametrize("text", LOOK_ALIKES.split())
def test_a_look_alike_is_not_known(text: str) -> None:
    match = CATALOGUE.match(parse_image(text))
    assert match is None or match.helper.certainty == "ambiguous", match.helper.id


@pytest.mark.parametrize(
    ("image", "argv", "known"),
    [
        ("itzg/mc-monitor:0.15.0", ("export-for-prometheus",), "mc-monitor"),
        ("ghcr.io/itzg/mc-monitor", ("/mc-monitor", "gather-for-telegraf"), "mc-monitor"),
        ("harbor.corp/itzg/mc-monitor", ("collect-otel",), "mc-monitor"),
        ("itzg/mc-monitor:0.15.0", ("status", "-host", "localhost"), None),
        ("itzg/mc-monitor:0.15.0", ("--export-for-prometheus",), None),
        ("prom/node-exporter:v1.8.0", (), "node-exporter"),
        ("prom/node-exporter:v1.8.0", ("--web.listen-address=:9101",), "node-exporter"),
        ("prom/node-exporter:v1.8.0", ("--path.rootfs=/host/root",), None),
        ("prom/node-exporter:v1.8.0", ("--path.procfs", "/host/proc"), None),
        ("prom/node-exporter:v0.14.0", ("-collector.procfs=/host/proc",), None),
    ],
)
def test_the_command_line_decides_where_an_image_has_several_uses(image: str, argv: tuple[str, ...], known: str | None) -> None:
    match = CATALOGUE.match(parse_image(image), "", argv)
    assert (match.helper.id if match else None) == known


@pytest.mark.parametrize(
    ("id", "argv", "mark"),
    [
        ("statsd-exporter", ("--statsd.mapping-config=/m.yaml", "--check-config"), "--check-config"),
        ("statsd-exporter", ("--check-config=false",), None),
        ("statsd-exporter", ("--statsd.mapping-config=/m.yaml",), None),
        ("varnish-exporter", ("-test",), "-test"),
        ("varnish-exporter", ("-no-exit",), None),
        ("php-fpm-exporter", ("/php-fpm_exporter", "get"), "get"),
        ("php-fpm-exporter", ("server",), None),
        ("telegraf", ("telegraf", "--once"), "--once"),
        ("telegraf", ("telegraf", "--config", "/etc/telegraf/telegraf.conf", "--test"), "--test"),
        ("telegraf", ("telegraf", "--config", "/etc/telegraf/telegraf.conf"), None),
        ("otel-collector", ("validate", "--config=/c.yaml"), "validate"),
        ("otel-collector", ("--config=/conf/validate",), None),
    ],
)
def test_one_shot(id: str, argv: tuple[str, ...], mark: str | None) -> None:
    assert one_shot(HELPERS[id], argv, {}) == mark


@pytest.mark.parametrize(
    ("id", "tag", "argv", "env", "endpoint"),
    [
        ("mysqld-exporter", "v0.15.1", (), {}, Endpoint("http", "/", 9104)),
        ("mysqld-exporter", "v0.15.1", ("--web.listen-address=0.0.0.0:9999",), {}, Endpoint("http", "/", 9999)),
        ("mysqld-exporter", "v0.15.1", ("--web.listen-address=127.0.0.1:9104",), {}, None),
        ("apache-exporter", "v0.8.0", ("--telemetry.address=:9118",), {}, Endpoint("http", "/", 9118)),
        ("apache-exporter", "v1.0.8", ("--web.listen-address", ":9118"), {}, Endpoint("http", "/", 9118)),
        ("kafka-exporter", "v1.8.0", ("--kafka.server=localhost:9092",), {}, None),
        ("varnish-exporter", "1.6", ("-no-exit",), {}, None),
        ("exechealthz", "1.2", ("--port=8080",), {}, None),
        ("elasticsearch-exporter", "v1.7.0", (), {}, Endpoint("http", "/healthz", 9114)),
        ("elasticsearch-exporter", "1.0.2", (), {}, None),
        ("rabbitmq-exporter", "v1.0.0-RC19", (), {"PUBLISH_PORT": "9090"}, Endpoint("http", "/", 9090)),
        ("rabbitmq-exporter", "v0.29.0", (), {}, None),
        ("rabbitmq-exporter", "", (), {}, None),
        ("nats-exporter", "0.15.0", ("-port=7778", "-varz", "http://localhost:8222"), {}, Endpoint("tcp", "", 7778)),
        ("couchdb-exporter", "30", (), {}, None),
        ("couchdb-exporter", "30", ("--telemetry.address=0.0.0.0:9984",), {}, Endpoint("tcp", "", 9984)),
        ("php-fpm-exporter", "2", ("server",), {"PHP_FPM_WEB_LISTEN_ADDRESS": ":9254"}, Endpoint("http", "/", 9254)),
        ("squid-exporter", "v1.11", (), {"SQUID_EXPORTER_LISTEN": ":9302"}, Endpoint("tcp", "", 9302)),
        ("statsd-exporter", "v0.28.0", (), {}, Endpoint("http", "/-/ready", 9102)),
        ("statsd-exporter", "v0.6.0", (), {}, None),
        ("xray-daemon", "3.7.0", (), {}, None),
        ("xray-daemon", "3.7.0", ("-t", "0.0.0.0:2000"), {}, Endpoint("tcp", "", 2000)),
        ("xray-daemon", "3.7.0", ("--bind-tcp=127.0.0.1:2000",), {}, None),
        ("datadog-agent", "7", (), {}, None),
        ("datadog-agent", "7", (), {"DD_HEALTH_PORT": "5555"}, Endpoint("http", "/ready", 5555)),
        ("otel-collector", "0.144.0", ("--config=/c.yaml",), {}, None),
        ("k8s-dns-sidecar", "1.14.13", ("--logtostderr",), {}, Endpoint("http", "/metrics", 10054)),
    ],
)
def test_startup_endpoints(id: str, tag: str, argv: tuple[str, ...], env: dict[str, str], endpoint: Endpoint | None) -> None:
    assert startup_endpoint(HELPERS[id], parse_image(f"x:{tag}" if tag else "x"), argv, env) == endpoint


# fmt: off
PODS = [
    ("Datadog's DaemonSet", "DaemonSet", "agent: gcr.io/datadoghq/agent:7", "trace: gcr.io/datadoghq/agent:7",
     "otel: gcr.io/datadoghq/ddot-collector:7", ""),
    ("Datadog's DaemonSet with its proxy", "DaemonSet", "agent: datadog/agent:7", "trace: datadog/agent:7",
     "fips: datadog/fips-proxy:1", "fips"),
    ("Datadog beside an app", "Deployment", "shop: app", "dd: datadog/agent:7", "dd"),
    ("New Relic's DaemonSet", "DaemonSet", "kubelet: newrelic/nri-kubernetes:3", "agent: newrelic/infrastructure-bundle:3", ""),
    ("New Relic's cluster figures", "Deployment", "ksm: newrelic/nri-kubernetes:3",
     "forwarder: newrelic/k8s-events-forwarder:1", "forwarder"),
    ("Heapster and its nannies", "Deployment", "heapster: gcr.io/google_containers/heapster:v1.1.0",
     "eventer: gcr.io/google_containers/heapster:v1.1.0", "nanny: gcr.io/google_containers/addon-resizer:1.0", "nanny"),
    ("kube-dns", "Deployment", "kubedns: gcr.io/google_containers/k8s-dns-kube-dns-amd64:1.14.7",
     "dnsmasq: gcr.io/google_containers/k8s-dns-dnsmasq-nanny-amd64:1.14.7",
     "sidecar: gcr.io/google_containers/k8s-dns-sidecar-amd64:1.14.7",
     "sidecar"),
    ("the kube-dns of before", "Deployment", "kubedns: gcr.io/google_containers/kubedns-amd64:1.9",
     "dnsmasq: gcr.io/google_containers/kube-dnsmasq-amd64:1.4",
     "figures: gcr.io/google_containers/dnsmasq-metrics-amd64:1.0",
     "healthz: gcr.io/google_containers/exechealthz-amd64:1.2", "figures healthz"),
    ("a node exporter on its node", "DaemonSet", "node: prom/node-exporter:v1 > node_exporter --path.rootfs=/host", "tool: app", ""),
    ("a node exporter beside an app", "Deployment", "shop: app", "node: prom/node-exporter:v1", "node"),
    ("a collector with a reloader", "Deployment", "otel: otel/opentelemetry-collector:0.144.0",
     "reload: jimmidyson/configmap-reload:v0.14.0", "reload"),
    ("an exporter alone", "Deployment", "exporter: danielqsj/kafka-exporter:v1", ""),
    ("two exporters", "Deployment", "mysql: prom/mysqld-exporter:v0.15.1", "redis: oliver006/redis_exporter:v1", ""),
]
# fmt: on


@pytest.mark.parametrize(("sketch", "helpers"), [(row[1:-1], row[-1]) for row in PODS], ids=[row[0] for row in PODS])
def test_company_decides_who_is_the_app(sketch: tuple[str, ...], helpers: str) -> None:
    assert life(*sketch).pod.helpers == tuple(helpers.split())
