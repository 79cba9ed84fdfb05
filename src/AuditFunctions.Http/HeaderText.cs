using System.Text;

namespace AuditFunctions.Http;

/// <summary>What a header of a request may hold.</summary>
public static class HeaderText
{
    /// <summary>Why a value cannot be sent, without it; null when it can. The client would call it a connection that failed, or leave the header out.</summary>
    /// <param name="name">The header.</param>
    /// <param name="value">Its value, which may be a secret.</param>
    public static string? WhatIsWrong(string name, string value) => Ascii.IsValid(value) && !value.Any(letter => char.IsControl(letter) && letter != '\t') ? null
        : $"header {name} would hold a character that no header can: where it is made of a secret, look for what was copied with it (a dash, a quote or a blank that is none of ASCII, a line break in the middle), and store it again.";
}
