package dev.theca.evidence;

/** For evidence that carries its whole chain. */
public record NoCollateral() implements Collateral {}
