package policy

default allow = false

allow { data.plugin == "resource" }
