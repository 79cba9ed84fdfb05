namespace AuditFunctions.Configuration.Secrets;

/// <summary>Why a secret could not be read.</summary>
public enum SecretFailure
{
    /// <summary>None of the others.</summary>
    Other,

    /// <summary>There is no such secret.</summary>
    Missing,

    /// <summary>The identity has no role that reads secrets.</summary>
    Forbidden,

    /// <summary>The vault's firewall, or its closed public access, keeps this machine out.</summary>
    NetworkRules,

    /// <summary>The vault does not answer: its name is not known, or nothing comes back.</summary>
    Unreachable,

    /// <summary>No identity could sign in.</summary>
    NoIdentity,

    /// <summary>It may not be sent to the host that is asked.</summary>
    OtherHost,
}
