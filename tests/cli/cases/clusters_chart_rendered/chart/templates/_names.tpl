{{- define "shop.labels" -}}
app: {{ .Values.name }}
{{- end }}
