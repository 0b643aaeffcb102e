package dev.theca.rego.builtin.graphql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The kinds of nodes of a document and their members, as Open Policy Agent's parser names them.
 * Members are texts, flags, numbers, nodes ({@code !} where one must be there), or lists of texts
 * or nodes ({@code *}).
 */
enum Shape {
  QUERY_DOCUMENT("Operations OPERATION*, Fragments FRAGMENT*, Comment COMMENTS"),
  OPERATION(
      "Operation text, Name text, VariableDefinitions VARIABLE*, Directives DIRECTIVE*,"
          + " SelectionSet SELECTION*, Comment COMMENTS"),
  FRAGMENT(
      "Name text, VariableDefinition VARIABLE*, TypeCondition text, Directives DIRECTIVE*,"
          + " SelectionSet SELECTION*, Comment COMMENTS"),
  VARIABLE(
      "Variable text, Type TYPE!, DefaultValue VALUE, Directives DIRECTIVE*, Comment COMMENTS,"
          + " Used flag"),
  /** One of the three that follow. */
  SELECTION(""),
  FIELD(
      "Alias text, Name text, Arguments ARGUMENT*, Directives DIRECTIVE*, SelectionSet"
          + " SELECTION*, Comment COMMENTS"),
  SPREAD("Name text, Directives DIRECTIVE*, Comment COMMENTS"),
  INLINE("TypeCondition text, Directives DIRECTIVE*, SelectionSet SELECTION*, Comment COMMENTS"),
  ARGUMENT("Name text, Value VALUE!, Comment COMMENTS"),
  VALUE("Raw text, Children CHILD*, Kind number, Comment COMMENTS, ExpectedTypeHasDefault flag"),
  CHILD("Name text, Value VALUE!, Comment COMMENTS"),
  DIRECTIVE("Name text, Arguments ARGUMENT*, Location text"),
  TYPE("NamedType text, Elem TYPE, NonNull flag"),
  SCHEMA_DOCUMENT(
      "Schema SCHEMA*, SchemaExtension SCHEMA*, Directives DIRECTIVE_DEFINITION*, Definitions"
          + " DEFINITION*, Extensions DEFINITION*, Comment COMMENTS"),
  SCHEMA(
      "Description text, Directives DIRECTIVE*, OperationTypes OPERATION_TYPE*,"
          + " BeforeDescriptionComment COMMENTS, AfterDescriptionComment COMMENTS,"
          + " EndOfDefinitionComment COMMENTS"),
  OPERATION_TYPE("Operation text, Type text, Comment COMMENTS"),
  DEFINITION(
      "Kind text, Description text, Name text, Directives DIRECTIVE*, Interfaces text*, Fields"
          + " FIELD_DEFINITION*, Types text*, EnumValues ENUM_VALUE*, BuiltIn flag,"
          + " BeforeDescriptionComment COMMENTS, AfterDescriptionComment COMMENTS,"
          + " EndOfDefinitionComment COMMENTS"),
  FIELD_DEFINITION(
      "Description text, Name text, Arguments ARGUMENT_DEFINITION*, DefaultValue VALUE, Type"
          + " TYPE!, Directives DIRECTIVE*, BeforeDescriptionComment COMMENTS,"
          + " AfterDescriptionComment COMMENTS"),
  ARGUMENT_DEFINITION(
      "Description text, Name text, DefaultValue VALUE, Type TYPE!, Directives DIRECTIVE*,"
          + " BeforeDescriptionComment COMMENTS, AfterDescriptionComment COMMENTS"),
  ENUM_VALUE(
      "Description text, Name text, Directives DIRECTIVE*, BeforeDescriptionComment COMMENTS,"
          + " AfterDescriptionComment COMMENTS"),
  DIRECTIVE_DEFINITION(
      "Description text, Name text, Arguments ARGUMENT_DEFINITION*, Locations text*, IsRepeatable"
          + " flag, BeforeDescriptionComment COMMENTS, AfterDescriptionComment COMMENTS"),
  COMMENTS("List COMMENT*"),
  COMMENT("Value text");

  /** What a member holds. */
  enum Holds {
    TEXT,
    FLAG,
    NUMBER,
    TEXTS,
    NODE,
    NODES
  }

  /**
   * One member.
   *
   * @param shape of its nodes, empty where it has none
   */
  record Member(String name, Holds holds, String shape, boolean required) {
    /** The shape of its nodes, where it has any. */
    Shape of() {
      return valueOf(shape);
    }

    private static Member parse(String text) {
      int space = text.indexOf(' ');
      String name = text.substring(0, space);
      String type = text.substring(space + 1);
      boolean many = type.endsWith("*");
      boolean required = type.endsWith("!");
      if (many || required) type = type.substring(0, type.length() - 1);
      boolean scalar = type.equals(type.toLowerCase(Locale.ROOT));
      if (scalar && !many) return new Member(name, holds(type), "", false);
      if (scalar) return new Member(name, Holds.TEXTS, "", false);
      return new Member(name, many ? Holds.NODES : Holds.NODE, type, required);
    }

    private static Holds holds(String scalar) {
      return Holds.valueOf(scalar.toUpperCase(Locale.ROOT));
    }
  }

  private final List<Member> members;

  Shape(String members) {
    var list = new ArrayList<Member>();
    if (!members.isEmpty()) for (String one : members.split(", ")) list.add(Member.parse(one));
    this.members = List.copyOf(list);
  }

  List<Member> members() {
    return members;
  }
}
