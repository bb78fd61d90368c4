using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class AuditMapping : IEntityTypeConfiguration<AuditRow>
{
    public void Configure(EntityTypeBuilder<AuditRow> builder)
    {
        builder.Property(row => row.Action).HasMaxLength(60);
        builder.Property(row => row.Subject).HasMaxLength(120);
        builder.Property(row => row.Address).HasMaxLength(45);
        builder.Property(row => row.AddressSalt).HasMaxLength(32);
        builder.Property(row => row.AddressDigest).HasMaxLength(64);
        builder.HasIndex(row => row.At);
        builder.HasIndex(row => row.Subject);
        builder.HasIndex(row => new { row.Actor, row.At });
        builder.HasIndex(row => new { row.Machine, row.At });
        builder.HasIndex(row => new { row.Concerns, row.At });
    }
}

internal sealed class AuditSealMapping : IEntityTypeConfiguration<AuditSealRow>
{
    public void Configure(EntityTypeBuilder<AuditSealRow> builder)
    {
        builder.HasKey(row => row.Sequence);
        builder.Property(row => row.Sequence).ValueGeneratedNever();
        builder.Property(row => row.Hash).HasMaxLength(64);
        builder.HasIndex(row => row.Entry).IsUnique();
        builder.HasOne<AuditRow>().WithMany().HasForeignKey(row => row.Entry).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class UnsealedAuditMapping : IEntityTypeConfiguration<UnsealedAuditRow>
{
    public void Configure(EntityTypeBuilder<UnsealedAuditRow> builder) => builder.HasKey(row => row.Entry);
}
