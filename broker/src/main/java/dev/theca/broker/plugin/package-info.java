/** Plugins of the key broker service: what stands behind {@code /kbs/v0/NAME/...}. */
@org.jspecify.annotations.NullMarked
package dev.theca.broker.plugin;
