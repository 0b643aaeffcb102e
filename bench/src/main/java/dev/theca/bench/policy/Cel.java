package dev.theca.bench.policy;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeBuilder;
import dev.cel.runtime.Program;
import java.util.Map;

/** Google's Common Expression Language for Java, as its documentation says to use it. */
final class Cel {
  private final Program program;

  private Cel(Program program) {
    this.program = program;
  }

  /** What a host makes once: declarations and bindings. */
  static final class Host {
    private final CelCompiler compiler;
    private final CelRuntime runtime;

    @SuppressWarnings("Immutable") // nobody changes the references
    Host(CelRuntimeBuilder builder, Map<String, Object> references) {
      compiler =
          CelCompilerFactory.standardCelCompilerBuilder()
              .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
              .addLibraries(CelExtensions.bindings())
              .addVar("input", MapType.create(SimpleType.STRING, SimpleType.DYN))
              .addFunctionDeclarations(
                  CelFunctionDecl.newFunctionDeclaration(
                      "query_reference_value",
                      CelOverloadDecl.newGlobalOverload(
                          "query_reference_value_string", SimpleType.DYN, SimpleType.STRING)))
              .build();
      runtime =
          builder
              .addFunctionBindings(
                  CelFunctionBinding.fromOverloads(
                      "query_reference_value",
                      CelFunctionBinding.from(
                          "query_reference_value_string",
                          String.class,
                          id -> references.getOrDefault(id, false))))
              .build();
    }

    /** Parses, checks and plans. */
    Cel compile(String text) {
      try {
        return new Cel(runtime.createProgram(compiler.compile(text).getAst()));
      } catch (CelValidationException | CelEvaluationException e) {
        throw new IllegalStateException("the rival's policy", e);
      }
    }
  }

  Object ask(Map<String, Object> input) {
    try {
      return program.eval(Map.of("input", input));
    } catch (CelEvaluationException e) {
      throw new IllegalStateException("the rival's evaluation", e);
    }
  }
}
