{{/* All resources: what they are, and which release they belong to. The context is the root. */}}
{{- define "shien.labels" -}}
app.kubernetes.io/name: shien
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "shien.image" -}}
{{- $repository := required "image.repository: where the image was pushed / イメージの置き場所を指定してください" .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{ $repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ $repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* Pod security "restricted": of the pod, and of its container. No pod speaks to the cluster itself. */}}
{{- define "shien.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false  # a Service called shien would set SHIEN_PORT
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "shien.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* Variables that every container of ours has: name and value, given as a map. */}}
{{- define "shien.kafka" -}}
SHIEN_BOOTSTRAP_SERVERS: {{ required "kafka.bootstrapServers: host:port of the brokers / Kafka のアドレスを指定してください" .Values.kafka.bootstrapServers }}
SHIEN_KAFKA_PROTOCOL: SASL_SSL
SHIEN_KAFKA_MECHANISM: {{ .Values.kafka.mechanism }}
SHIEN_KAFKA_CA_FILE: /run/secrets/authority.pem
SHIEN_TOPIC_PREFIX: {{ .Values.kafka.topicPrefix | quote }}
SHIEN_SHARDS: {{ .Values.kafka.shards | quote }}
SHIEN_REPLICATION: {{ .Values.kafka.replication | quote }}
{{- end }}

{{- define "shien.env" -}}
{{- range $name, $value := . }}
- {name: {{ $name }}, value: {{ $value | toString | quote }}}
{{- end }}
{{- end }}

{{/* Secrets as files in /run/secrets, as in docker-compose.yml. The argument is a list of names. */}}
{{- define "shien.secrets" -}}
- name: secrets
  projected:
    defaultMode: 0440
    sources:
{{- range . }}
      - secret: {name: {{ . }}}
{{- end }}
- name: tmp
  emptyDir: {sizeLimit: 256Mi}
{{- end }}

{{- define "shien.mounts" -}}
- {name: secrets, mountPath: /run/secrets, readOnly: true}
- {name: tmp, mountPath: /tmp}
{{- end }}

{{- define "shien.services" -}}registry needs matching escalation portal{{- end }}

{{/* The processes of a service: role and number, as YAML. The argument is a list: the root, and what the service says. */}}
{{- define "shien.processes" -}}
{{- $root := index . 0 -}}
{{- $replicas := merge dict ((index . 1).replicas | default dict) $root.Values.replicas -}}
{{- if $root.Values.split -}}
{api: {{ $replicas.api }}, worker: {{ $replicas.worker }}}
{{- else -}}
{all: {{ $replicas.all }}}
{{- end -}}
{{- end }}
