/**
 * The policies: their texts and versions, what they say of evidence and of who asks for resources,
 * and what the language asks of its host, which are regular expressions and YAML.
 */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.policy;
