/** What the language of policies asks of its host: regular expressions and YAML. */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.policy;
