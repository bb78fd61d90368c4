using Fablab.Domain.Members;
using Fablab.Domain.Trainings;
using Fablab.Web.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Fablab.Web.Data.Mappings;

internal sealed class MachineAuthorisationMapping : IEntityTypeConfiguration<MachineAuthorisationRow>
{
    public void Configure(EntityTypeBuilder<MachineAuthorisationRow> builder)
    {
        builder.HasKey(row => new { row.Member, row.Machine });
        builder.HasIndex(row => row.RemindAt).HasFilter("\"RemindAt\" IS NOT NULL");
    }
}

internal sealed class AuthorisationFactMapping : IEntityTypeConfiguration<AuthorisationFactRow>
{
    public const int LongestReason = 500;

    public void Configure(EntityTypeBuilder<AuthorisationFactRow> builder)
    {
        builder.ToTable("AuthorisationFacts");
        builder.HasKey(fact => new { fact.Member, fact.Machine, fact.Number });
        builder.Property(fact => fact.Number).ValueGeneratedNever();
        builder.Property(fact => fact.Reason).HasMaxLength(LongestReason);
        builder.HasOne<MachineRow>().WithMany().HasForeignKey(fact => fact.Machine).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<TrainingSessionRow>().WithMany().HasForeignKey(fact => fact.Session).OnDelete(DeleteBehavior.Restrict);
    }
}

internal static class Wordings
{
    /// <param name="longest">Characters of each language.</param>
    public static void Bound(ComplexPropertyBuilder<Wording> builder, int longest)
    {
        builder.Property(text => text.Fr).HasMaxLength(longest);
        builder.Property(text => text.En).HasMaxLength(longest);
    }
}

internal sealed class CourseMapping : IEntityTypeConfiguration<CourseRow>
{
    public void Configure(EntityTypeBuilder<CourseRow> builder)
    {
        builder.ToTable("Courses", table => table.HasCheckConstraint("CK_Courses_Name", "\"Name_Fr\" IS NOT NULL OR \"Name_En\" IS NOT NULL"));
        builder.ComplexProperty(course => course.Name, name => Wordings.Bound(name, CourseRow.LongestName));
        builder.ComplexProperty(course => course.Description, text => Wordings.Bound(text, CourseRow.LongestDescription));
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(course => course.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class CourseSiteMapping : IEntityTypeConfiguration<CourseSiteRow>
{
    public void Configure(EntityTypeBuilder<CourseSiteRow> builder)
    {
        builder.ToTable("CourseSites");
        builder.HasKey(row => new { row.Course, row.Site });
        builder.HasIndex(row => row.Site);
        builder.HasOne<CourseRow>().WithMany().HasForeignKey(row => row.Course).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(row => row.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class CourseTrainerMapping : IEntityTypeConfiguration<CourseTrainerRow>
{
    public void Configure(EntityTypeBuilder<CourseTrainerRow> builder)
    {
        builder.ToTable("CourseTrainers");
        builder.HasKey(row => new { row.Course, row.Trainer });
        builder.HasIndex(row => row.Trainer);
        builder.HasOne<CourseRow>().WithMany().HasForeignKey(row => row.Course).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class TrainingSessionMapping : IEntityTypeConfiguration<TrainingSessionRow>
{
    public void Configure(EntityTypeBuilder<TrainingSessionRow> builder)
    {
        builder.ToTable("TrainingSessions", table => table.HasCheckConstraint("CK_TrainingSessions_Times", "\"End\" > \"Start\" AND \"Deadline\" <= \"Start\""));
        builder.ComplexProperty(session => session.Price);
        builder.HasIndex(session => session.DueAt).HasFilter("\"DueAt\" IS NOT NULL");
        builder.HasIndex(session => new { session.Course, session.Start });
        builder.HasIndex(session => session.Start);
        builder.HasOne<CourseRow>().WithMany().HasForeignKey(session => session.Course).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<SiteRow>().WithMany().HasForeignKey(session => session.Site).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class EnrolmentMapping : IEntityTypeConfiguration<EnrolmentRow>
{
    public void Configure(EntityTypeBuilder<EnrolmentRow> builder)
    {
        builder.ToTable("Enrolments", table => table.HasCheckConstraint("CK_Enrolments_Seat", "\"State\" NOT IN ('Enrolled', 'Attended', 'Missed') OR \"Seat\" IS NOT NULL"));
        builder.ComplexProperty(enrolment => enrolment.Price);
        builder.HasKey(enrolment => new { enrolment.Session, enrolment.Member });
        builder.HasIndex(enrolment => new { enrolment.Session, enrolment.Seat }).IsUnique();
        builder.HasIndex(enrolment => enrolment.Member);
        builder.HasOne<TrainingSessionRow>().WithMany().HasForeignKey(enrolment => enrolment.Session).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class TrainingRefundMapping : IEntityTypeConfiguration<TrainingRefundRow>
{
    public void Configure(EntityTypeBuilder<TrainingRefundRow> builder)
    {
        builder.ToTable("TrainingRefunds", table => table.HasCheckConstraint("CK_TrainingRefunds_Amount", "\"Amount_Minor\" > 0"));
        builder.ComplexProperty(refund => refund.Amount);

        // Nobody is owed the price of one seat twice.
        builder.HasIndex(refund => new { refund.Session, refund.Member }).IsUnique().HasFilter("\"RefundedAt\" IS NULL");
        builder.HasIndex(refund => new { refund.DueAt, refund.Id });
        builder.HasIndex(refund => refund.Member);
        builder.HasOne<EnrolmentRow>().WithMany().HasForeignKey(refund => new { refund.Session, refund.Member }).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class QuizAttemptMapping : IEntityTypeConfiguration<QuizAttemptRow>
{
    public void Configure(EntityTypeBuilder<QuizAttemptRow> builder)
    {
        builder.ToTable("QuizAttempts");
        builder.HasIndex(attempt => new { attempt.Member, attempt.Course });
        builder.HasOne<CourseRow>().WithMany().HasForeignKey(attempt => attempt.Course).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class CertificateMapping : IEntityTypeConfiguration<CertificateRow>
{
    public void Configure(EntityTypeBuilder<CertificateRow> builder)
    {
        builder.ToTable("Certificates");
        builder.HasKey(certificate => certificate.Code);
        builder.Property(certificate => certificate.Code).HasMaxLength(20);
        builder.ComplexProperty(certificate => certificate.CourseName, name => Wordings.Bound(name, CourseRow.LongestName));

        builder.Property(certificate => certificate.WithdrawalReason).HasMaxLength(AuthorisationFactMapping.LongestReason);

        // One that says something for each time that somebody attended, whatever the code does.
        builder.HasIndex(certificate => new { certificate.Session, certificate.Member }).IsUnique().HasFilter("\"WithdrawnOn\" IS NULL");
        builder.HasIndex(certificate => certificate.Member);
        builder.HasOne<TrainingSessionRow>().WithMany().HasForeignKey(certificate => certificate.Session).OnDelete(DeleteBehavior.Restrict);
    }
}
