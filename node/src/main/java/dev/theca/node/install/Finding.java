package dev.theca.node.install;

import dev.theca.wire.Refusal;

/**
 * What a look at the node found.
 *
 * @param problem whether confidential pods cannot run because of it; else it is worth knowing
 */
public record Finding(boolean problem, Refusal what) {}
