namespace AuditFunctions.Events;

/// <summary>Which values a <see cref="FieldPath"/> leads to.</summary>
public enum FieldKinds
{
    /// <summary>Whatever stands there.</summary>
    All,

    /// <summary>Neither objects nor arrays.</summary>
    Scalars,

    /// <summary>Texts.</summary>
    Texts,

    /// <summary>Arrays.</summary>
    Arrays,
}
