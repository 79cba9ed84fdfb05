namespace AuditFunctions.Sources.Processors.Map.Schemas;

/// <summary>What a field of a schema holds.</summary>
internal enum SchemaType
{
    /// <summary>Any JSON.</summary>
    Json,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>An instant: milliseconds since 1970 in OCSF, a text in ECS.</summary>
    Time,

    /// <summary>An IP address.</summary>
    Ip,

    /// <summary>An object with fields of its own.</summary>
    Nested,
}
