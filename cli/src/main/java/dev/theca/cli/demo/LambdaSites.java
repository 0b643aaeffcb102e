package dev.theca.cli.demo;

import static java.lang.constant.DirectMethodHandleDesc.Kind.STATIC;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;
import java.util.TreeSet;

/**
 * The lambdas of classes, as lines of a class list: without them a runtime spins a class for each
 * when it meets it, which takes a cold process about a millisecond. Found in the class files and
 * not by a run, so that equal classes give equal lists and no list has to be kept up to date.
 */
final class LambdaSites {
  private static final ClassDesc FACTORY = ClassDesc.of("java.lang.invoke.LambdaMetafactory");
  private static final int RUN = 3;

  private final Set<String> lines = new TreeSet<>();

  /** Adds those of one class file. */
  void add(byte[] classFile) {
    ClassModel model = ClassFile.of().parse(classFile);
    String caller = model.thisClass().asInternalName();
    for (var entry : model.constantPool())
      if (entry instanceof InvokeDynamicEntry site) add(caller, site);
  }

  private void add(String caller, InvokeDynamicEntry site) {
    var symbol = site.asSymbol();
    if (!(symbol.bootstrapMethod() instanceof DirectMethodHandleDesc bootstrap)
        || !bootstrap.owner().equals(FACTORY)
        || !bootstrap.methodName().equals("metafactory")
        || bootstrap.kind() != STATIC) return;
    ConstantDesc[] arguments = symbol.bootstrapArgs();
    if (!(arguments[0] instanceof MethodTypeDesc erased)
        || !(arguments[1] instanceof DirectMethodHandleDesc target)
        || !(arguments[2] instanceof MethodTypeDesc actual)) return;
    var factory = symbol.invocationType();
    lines.add(
        "@lambda-proxy %s %s %s %s %s %s %s %s %s"
            .formatted(
                caller,
                symbol.invocationName(),
                factory.descriptorString(),
                erased.descriptorString(),
                reference(target),
                internal(target.owner()),
                target.methodName(),
                target.lookupDescriptor(),
                actual.descriptorString()));
    // the method behind it is looked up with its call site
    form(
        "DirectMethodHandle$Holder " + called(target),
        "L" + basic(target.invocationType()),
        basic(target.invocationType().returnType()));
    if (factory.parameterCount() == 0) return;
    // what makes one that captures, and what its call site jumps through
    form("DirectMethodHandle$Holder newInvokeSpecial", "L" + basic(factory), "L");
    form("DirectMethodHandle$Holder invokeSpecial", "LL" + basic(factory), "L");
    form("Invokers$Holder linkToTargetMethod", basic(factory) + "L", "L");
  }

  private void form(String name, String parameters, String result) {
    lines.add(
        "@lambda-form-invoker [LF_RESOLVE] java.lang.invoke.%s %s_%s"
            .formatted(name, packed(parameters), result));
  }

  private static String called(DirectMethodHandleDesc target) {
    return reference(target).substring("REF_".length());
  }

  private static String reference(DirectMethodHandleDesc target) {
    return switch (target.kind()) {
      case STATIC, INTERFACE_STATIC -> "REF_invokeStatic";
      case VIRTUAL -> "REF_invokeVirtual";
      case INTERFACE_VIRTUAL -> "REF_invokeInterface";
      case SPECIAL, INTERFACE_SPECIAL -> "REF_invokeSpecial";
      case CONSTRUCTOR -> "REF_newInvokeSpecial";
      default -> throw new IllegalArgumentException("no lambda stands on " + target);
    };
  }

  private static String internal(ClassDesc type) {
    String text = type.descriptorString();
    return type.isArray() ? text : text.substring(1, text.length() - 1).replace('.', '/');
  }

  /** Types as lambda forms know them: whatever is shorter than an int is one. */
  private static String basic(MethodTypeDesc type) {
    var text = new StringBuilder();
    for (var parameter : type.parameterList()) text.append(basic(parameter));
    return text.toString();
  }

  private static String basic(ClassDesc type) {
    return switch (type.descriptorString().charAt(0)) {
      case 'L', '[' -> "L";
      case 'J' -> "J";
      case 'F' -> "F";
      case 'D' -> "D";
      case 'V' -> "V";
      default -> "I";
    };
  }

  /** Three of a kind and more are written with their number. */
  private static String packed(String basic) {
    var text = new StringBuilder();
    for (int at = 0, end; at < basic.length(); at = end) {
      for (end = at; end < basic.length() && basic.charAt(end) == basic.charAt(at); ) end++;
      if (end - at < RUN) text.append(basic, at, end);
      else text.append(basic.charAt(at)).append(end - at);
    }
    return text.toString();
  }

  /** In their order; the same for the same classes. */
  Set<String> lines() {
    return lines;
  }
}
