{{/* What a pod is found by: never changed, or a Deployment cannot be upgraded. Takes root and component. */}}
{{- define "mkt.selector" -}}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "mkt.labels" -}}
{{ include "mkt.selector" . }}
app.kubernetes.io/name: mkt-site
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end }}

{{- define "mkt.image" -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "mkt.mediaClaim" -}}
{{ .Values.media.existingClaim | default (printf "%s-media" .Release.Name) }}
{{- end }}

{{- define "mkt.podSecurity" -}}
runAsNonRoot: true
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "mkt.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* One replica lost with its node does not take the others along. */}}
{{- define "mkt.spread" -}}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels: {{- include "mkt.selector" . | nindent 6 }}
{{- end }}

{{/* Takes root, and whether a session of PostgreSQL must be its own for longer than a transaction. */}}
{{- define "mkt.environment" -}}
{{- $pooled := and .Values.pgbouncer.enabled (not .direct) }}
- name: POD_IP
  valueFrom: { fieldRef: { fieldPath: status.podIP } }
# Prometheus asks each pod by its address.
- name: ALLOWED_HOSTS
  value: {{ printf "%s,$(POD_IP)" .Values.host | quote }}
- name: CSRF_TRUSTED_ORIGINS
  value: {{ printf "https://%s" .Values.host | quote }}
- name: WAGTAILADMIN_BASE_URL
  value: {{ printf "https://%s" .Values.host | quote }}
- name: TRUSTED_PROXIES
  value: {{ join "," .Values.podNetworks | quote }}
- name: METRICS_NETWORKS
  value: {{ join "," .Values.podNetworks | quote }}
{{- range $name := list "secret_key" "redis_url" }}
- name: {{ printf "%s_FILE" (upper $name) }}
  value: /run/secrets/site/{{ $name }}
{{- end }}
- name: DATABASE_URL_FILE
  value: /run/secrets/site/{{ $pooled | ternary "database_pooled_url" "database_url" }}
{{- if $pooled }}
- name: DATABASE_PGBOUNCER
  value: "true"
{{- end }}
{{- if .Values.readReplica }}
- name: DATABASE_REPLICA_URL_FILE
  value: /run/secrets/site/database_replica_url
{{- end }}
{{- range $name, $value := .Values.environment }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* Folders of a container of the site. */}}
{{- define "mkt.mounts" -}}
- { name: secrets, mountPath: /run/secrets/site, readOnly: true }
- { name: media, mountPath: /srv/media }
- { name: temporary, mountPath: /tmp }
- { name: run, mountPath: /run/mkt }
{{- end }}

{{- define "mkt.volumes" -}}
- name: secrets
  secret: { secretName: {{ .Values.secrets.site | quote }}, defaultMode: 0440 }
- name: media
  persistentVolumeClaim: { claimName: {{ include "mkt.mediaClaim" . | quote }} }
- name: temporary
  emptyDir: { sizeLimit: 512Mi }
# Metrics of the workers, in memory: written with every request.
- name: run
  emptyDir: { medium: Memory, sizeLimit: 64Mi }
{{- end }}
