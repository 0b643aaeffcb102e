import org.jspecify.annotations.NullMarked;

/** The policy language: parse, compile once, evaluate with bounded work. */
@NullMarked
module dev.theca.rego {
  requires static transitive org.jspecify;
  requires transitive dev.theca.wire;

  exports dev.theca.rego;
  exports dev.theca.rego.ast;
  exports dev.theca.rego.builtin;
  exports dev.theca.rego.fmt;
  exports dev.theca.rego.parse;
  exports dev.theca.rego.spi;
  exports dev.theca.rego.value;
}
